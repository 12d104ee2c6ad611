from hub.pages.news.filters import NewsFilter
from hub.pages.news.forms import NewsForm
from hub.pages.news.models import NewsPage
from hub.pages.writing.nouns import Noun, Words

NOUN = Noun(
    NewsPage, NewsForm, NewsFilter,
    Words(
        "Actualités", "actualité,actualités", "cette actualité", "Écrire une actualité",
        "Ce que la fédération et ses groupes annoncent.",
        "La coordination et l’animation des groupes annoncent ici ce qui change.", "Modifier l’actualité",
    ),
    order=30,
)  # fmt: skip
