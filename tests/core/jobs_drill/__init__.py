"""A hub reduced to its jobs, for drills with real brokers and real workers in processes of their own."""
