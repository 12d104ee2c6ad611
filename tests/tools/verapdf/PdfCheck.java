import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of each file and profile whether veraPDF accepts it, and which clauses it breaks: PdfCheck 3a,ua1 file.pdf ... */
public final class PdfCheck {
    private static final int SHOWN = 240;

    public static void main(String[] arguments) {
        Logger.getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        int refused = 0;
        for (int i = 1; i < arguments.length; i++) {
            for (String profile : arguments[0].split(",")) {
                if (!accepts(PDFAFlavour.fromString(profile), profile, arguments[i])) {
                    refused++;
                }
            }
        }
        System.exit(refused == 0 && arguments.length > 1 ? 0 : 1);
    }

    private static boolean accepts(PDFAFlavour flavour, String profile, String file) {
        try (InputStream stream = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + profile + " " + file);
            brokenClauses(result).forEach((clause, example) -> System.out.println("    " + clause + ": " + example));
            return result.isCompliant();
        } catch (Exception unreadable) {
            System.out.println("FAIL " + profile + " " + file + "\n    unreadable: " + unreadable);
            return false;
        }
    }

    /** One example, with its place in the file, of each clause that is not met. */
    private static Map<String, String> brokenClauses(ValidationResult result) {
        Map<String, String> broken = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                String clause = assertion.getRuleId().getSpecification().getId() + " " + assertion.getRuleId().getClause()
                        + "-" + assertion.getRuleId().getTestNumber();
                String place = assertion.getLocation() == null ? "" : " @ " + assertion.getLocation().getContext();
                String text = (assertion.getMessage() + place).replaceAll("\\s+", " ");
                broken.putIfAbsent(clause, text.substring(0, Math.min(SHOWN, text.length())));
            }
        }
        return broken;
    }
}
