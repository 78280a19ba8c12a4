package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Uses the page in a real browser; its pictures are in {@code target/page}. */
@Timeout(120)
class PageTest {
    private static final String CAMPAIGN = "9f86b50d-5711-41c8-ab03-bc91c43d711b";
    private static final Path PICTURES = Path.of("target", "page");

    /** What strangers may write into a diagnostic, and into whatever else they can. */
    private static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(2)>",
            "'><svg/onload=alert(3)>",
            "</p></article><iframe src=javascript:alert(4)></iframe>",
            "<style>*{display:none}</style>",
            "javascript:alert(5)",
            "{{constructor.constructor('alert(6)')()}}",
            "\u202Etxt.exe \u0000 &lt;b&gt;bold&lt;/b&gt;");

    /** Waits for a frame, then counts the points of the chart that have the colours of hard, soft and complaint. */
    private static final String DRAWN = "new Promise(requestAnimationFrame).then(() => {"
            + " const canvas = document.querySelector('#days-chart canvas');"
            + " const copy = document.createElement('canvas');"
            + " copy.width = canvas.width; copy.height = canvas.height;"
            + " const context = copy.getContext('2d', {willReadFrequently: true});"
            + " context.drawImage(canvas, 0, 0);"
            + " const data = context.getImageData(0, 0, copy.width, copy.height).data;"
            + " const counts = {};"
            + " for (let i = 0; i < data.length; i += 4) { if (data[i + 3] === 255) {"
            + "   const name = '#' + [0, 1, 2].map(k => data[i + k].toString(16).padStart(2, '0')).join('');"
            + "   counts[name] = (counts[name] || 0) + 1; } }"
            + " return ['hard', 'soft', 'complaint'].map(type => counts[getComputedStyle(document.documentElement)"
            + "   .getPropertyValue('--' + type).trim()] || 0); })";

    private static Chromium browser;

    private RunningServer server;

    @BeforeAll
    static void startBrowser(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        Optional<Path> chromium = Chromium.find();
        boolean required = "required".equals(System.getenv("BOUNCE4J_CHROMIUM"));
        assumeTrue(
                chromium.isPresent() || required,
                "Chromium is not installed (Debian: chromium): the page is not tested in a browser");
        browser = new Chromium(chromium.orElseThrow(), profile);
        browser.authorize(RunningServer.BASIC);
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer();
        browser.size(1200, 1400);
        browser.theme("light");
        browser.forget();
    }

    @AfterEach
    void stop() throws Exception {
        browser.open(URI.create("about:blank"));
        server.close();
    }

    private static ObjectNode event(String email, String type) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("email", email)
                .put("type", type)
                .put("source", "api");
    }

    private void post(ObjectNode event) throws IOException, InterruptedException {
        server.post(event.toString());
    }

    private void open() throws Exception {
        browser.open(server.address().resolve("/"));
        browser.waitFor("document.querySelector('#events').childElementCount > 0"
                + " && document.querySelector('#suppressions').childElementCount > 0"
                + " && document.querySelector('#days-chart canvas') !== null");
        assertThat(browser.evaluate("document.querySelector('#trouble').hidden").booleanValue())
                .isTrue();
    }

    private int count(String selector) throws Exception {
        return browser.evaluate("document.querySelectorAll('" + selector + "').length")
                .intValue();
    }

    private void click(String selector) throws Exception {
        browser.evaluate("document.querySelector('" + selector + "').click()");
    }

    private void type(String selector, String text) throws Exception {
        browser.evaluate(
                "document.querySelector('" + selector + "').value = " + JsonNodeFactory.instance.textNode(text));
    }

    @Test
    void emptyPageSaysThatThereIsNothing() throws Exception {
        open();
        assertThat(browser.text("#events")).isEqualTo("nothing");
        assertThat(browser.text("#suppressions")).isEqualTo("nobody");
        assertThat(drawn()).containsExactly(0, 0, 0);
        assertThat(browser.evaluate("document.querySelector('#days-chart').ariaLabel")
                        .textValue())
                .isEqualTo("Bounces of 14 days: 0 hard, 0 soft, 0 complaint");
        browser.evaluate("drawDays([])");
        assertThat(drawn()).containsExactly(0, 0, 0);
        assertThat(browser.text("#days-chart")).contains("0 days");
        assertThat(browser.complaints()).isEmpty();
    }

    /** Stores four hard bounces, two soft ones and a complaint on each of these days before today. */
    private void storeEachDay(int days) {
        List<BounceEvent> events = new ArrayList<>();
        for (int day = 1; day <= days; day++) {
            Instant received = Instant.now().minus(day, ChronoUnit.DAYS);
            for (int i = 0; i < 7; i++) {
                BounceType type = i < 4 ? BounceType.HARD : i < 6 ? BounceType.SOFT : BounceType.COMPLAINT;
                EmailAddress recipient = EmailAddress.of("user" + i + "@example.com");
                events.add(BounceEvent.builder(day + "-" + i, type, "api", recipient, received)
                        .build());
            }
        }
        server.store().accept(events);
    }

    private static List<Integer> drawn() throws Exception {
        List<Integer> counts = new ArrayList<>();
        browser.evaluate(DRAWN).forEach(each -> counts.add(each.intValue()));
        return counts;
    }

    private void showDays(int days) throws Exception {
        type("#days", String.valueOf(days));
        browser.evaluate("document.querySelector('#days').dispatchEvent(new Event('change'))");
        browser.waitFor("document.querySelector('#days-chart').ariaLabel.startsWith('Bounces of " + days + " days')");
    }

    @Test
    void stacksTypesOfEachDay() throws Exception {
        storeEachDay(60);
        for (int width : List.of(1200, 390)) {
            browser.size(width, 1400);
            open();
            for (int days : List.of(7, 14, 30, 90)) {
                showDays(days);
                List<Integer> points = drawn();
                int hard = points.get(0);
                assertThat(hard).as(width + " " + days).isGreaterThan(5_000);
                assertThat(points.get(1)).isCloseTo(hard / 2, withinPercentage(10));
                assertThat(points.get(2)).isCloseTo(hard / 4, withinPercentage(10));
                int shown = Math.min(60, days - 1);
                assertThat(browser.evaluate("document.querySelector('#days-chart').ariaLabel")
                                .textValue())
                        .isEqualTo("Bounces of %d days: %d hard, %d soft, %d complaint"
                                .formatted(days, 4 * shown, 2 * shown, shown));
                assertThat(count("#days-table tbody tr")).isEqualTo(days);
                assertThat(count("#days-chart canvas")).isEqualTo(1);
                browser.picture(PICTURES.resolve("days-" + width + "-" + days + ".png"));
            }
        }
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll('#days-table tbody tr')].slice(0, 2)"
                                        + ".map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent).join(' ')).join()")
                        .textValue())
                .isEqualTo("0 0 0,4 2 1");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void chartTellsTheDayUnderThePointerAndHidesTypes() throws Exception {
        storeEachDay(60);
        open();
        assertThat(browser.text("#days-chart .u-legend"))
                .containsSubsequence("1", "complaint", "13", "soft", "26", "hard", "52");
        browser.evaluate("(() => { const over = document.querySelector('#days-chart .u-over');"
                + " const box = over.getBoundingClientRect();"
                + " for (const type of ['mouseenter', 'mousemove']) over.dispatchEvent(new MouseEvent(type,"
                + "   {clientX: box.left + box.width / 2, clientY: box.top + 50, bubbles: true})); })()");
        browser.waitFor("document.querySelector('#days-chart .u-legend').textContent.includes('hard4')");
        assertThat(browser.text("#days-chart .u-legend")).containsPattern("20\\d\\d-\\d\\d-\\d\\d");

        List<Integer> all = drawn();
        browser.evaluate("[...document.querySelectorAll('#days-chart .u-series')]"
                + ".find(each => each.textContent.includes('hard')).querySelector('th').click()");
        List<Integer> withoutHard = drawn();
        assertThat(withoutHard.get(0)).isZero();
        // they take the room that is left, one above the other
        assertThat(withoutHard.get(1)).isGreaterThan(2 * all.get(1));
        assertThat(withoutHard.get(2)).isCloseTo(withoutHard.get(1) / 2, withinPercentage(10));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void chartFollowsThemeAndSizeWhileItIsOpen() throws Exception {
        storeEachDay(60);
        open();
        List<Integer> byDay = drawn();
        browser.theme("dark");
        browser.waitFor(DRAWN + ".then(counts => counts[0] > 0)");
        assertThat(drawn()).isEqualTo(byDay);
        browser.size(390, 1400);
        browser.waitFor("document.querySelector('#days-chart canvas').width < 390");
        assertThat(drawn().get(2)).isPositive().isLessThan(byDay.get(2));
        browser.size(1200, 1400);
        browser.waitFor("document.querySelector('#days-chart canvas').width > 1000");
        assertThat(drawn()).isEqualTo(byDay);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void browserKeepsTheLibraryUntilThereIsANewerOne() throws Exception {
        open();
        String again = "fetch(location.origin + '/uplot.js', {headers: {'If-None-Match': '%s'}, cache: 'no-store'})"
                + ".then(answer => answer.status + ' ' + answer.headers.get('Cache-Control'))";
        String tag = browser.evaluate("fetch(location.origin + '/uplot.js').then(answer => answer.headers.get('ETag'))")
                .textValue();
        assertThat(browser.evaluate(again.formatted(tag)).textValue()).isEqualTo("304 private, no-cache");
        assertThat(browser.evaluate(again.formatted("\"0\"")).textValue()).isEqualTo("200 private, no-cache");
        for (String other : List.of("/uplot", "/uplot/", "/uplot.js/../pom.xml", "/webjars/uplot/", "/META-INF/")) {
            assertThat(server.ask("GET", other, "").statusCode()).as(other).isIn(400, 404);
        }
    }

    @Test
    void filtersAndTurnsPages() throws Exception {
        for (int i = 0; i < 45; i++) {
            ObjectNode event = event("user" + i + "@example.com", i % 3 == 0 ? "hard" : "soft");
            post(i % 9 == 0 ? event.put("campaign_uuid", CAMPAIGN) : event);
        }
        open();
        assertThat(count("#events article")).isEqualTo(20);
        click("#more");
        browser.waitFor("document.querySelectorAll('#events article').length === 40");
        click("#more");
        browser.waitFor("document.querySelectorAll('#events article').length === 45");
        assertThat(browser.evaluate("document.querySelector('#more').hidden").booleanValue())
                .isTrue();

        type("#filter [name=type]", "hard");
        click("#filter button");
        browser.waitFor("document.querySelectorAll('#events article').length === 15");
        type("#filter [name=campaign_uuid]", " " + CAMPAIGN + " ");
        click("#filter button");
        browser.waitFor("document.querySelectorAll('#events article').length === 5");
        assertThat(browser.evaluate("document.querySelector('#csv').href").textValue())
                .contains("/api/bounces/export.csv?", "type=hard", "campaign_uuid=" + CAMPAIGN);
        assertThat(browser.evaluate("fetch(location.origin + new URL(document.querySelector('#csv').href).pathname"
                                + " + new URL(document.querySelector('#csv').href).search)"
                                + ".then(answer => answer.text()).then(text => text.trim().split('\\n').length)")
                        .intValue())
                .isEqualTo(6);
        type("#filter [name=email]", "not an address");
        click("#filter button");
        browser.waitFor("!document.querySelector('#trouble').hidden");
        assertThat(browser.text("#trouble")).contains("email: expected an address");
        type("#filter [name=email]", "USER9@example.com");
        click("#filter button");
        browser.waitFor("document.querySelectorAll('#events article').length === 1");
        assertThat(browser.evaluate("document.querySelector('#trouble').hidden").booleanValue())
                .isTrue();
        type("#days", "90");
        browser.evaluate("document.querySelector('#days').dispatchEvent(new Event('change'))");
        browser.waitFor("document.querySelector('#days-chart').ariaLabel.startsWith('Bounces of 90 days')");
        assertThat(browser.text("#domains")).contains("example.com", "45");
    }

    @Test
    void explainsReleasesAndDeletes() throws Exception {
        post(event("jane@example.com", "hard").put("diagnostic", "550 5.1.1 no such user"));
        post(event("joe@example.com", "complaint"));
        open();
        assertThat(count("#suppressions article")).isEqualTo(2);
        type("#explain [name=email]", "jane@example.com");
        click("#explain button");
        browser.waitFor("!document.querySelector('#words').hidden");
        assertThat(browser.text("#words")).contains("jane@example.com is suppressed");

        browser.answerPrompts("she called support");
        browser.evaluate("[...document.querySelectorAll('#suppressions article')]"
                + ".find(each => each.innerText.includes('jane')).querySelector('button').click()");
        browser.waitFor("document.querySelectorAll('#suppressions article').length === 1");
        assertThat(browser.text("#suppressions")).contains("joe@example.com");
        assertThat(server.get("/api/suppressions/explain?email=jane@example.com")
                        .path("words")
                        .textValue())
                .contains("she called support");

        browser.evaluate("[...document.querySelectorAll('#events article')]"
                + ".find(each => each.innerText.includes('jane')).querySelector('button').click()");
        browser.waitFor("document.querySelectorAll('#events article').length === 1");
        assertThat(server.get("/api/bounces").path("results").findValuesAsText("email"))
                .containsExactly("joe@example.com");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatStrangersWroteIsTextAndNothingElse() throws Exception {
        for (int i = 0; i < HOSTILE.size(); i++) {
            String text = HOSTILE.get(i);
            post(event("victim" + i + "@example.com", "hard")
                    .put("source", text.length() > 60 ? "api" : text)
                    .put("diagnostic", text)
                    .put("remote_mta", text)
                    .put("rule", text)
                    .put(
                            "meta",
                            JsonNodeFactory.instance.objectNode().put("x", text).toString()));
        }
        open();
        assertThat(count("#events article")).isEqualTo(HOSTILE.size());
        String shown = browser.evaluate("document.querySelector('#events').textContent")
                .textValue();
        assertThat(shown).contains(HOSTILE.subList(0, 7));
        for (String element : List.of("script:not([src])", "img", "iframe", "style", "svg[onload]", "main b script")) {
            assertThat(count(element)).as(element).isZero();
        }
        type("#explain [name=email]", "victim0@example.com");
        click("#explain button");
        browser.waitFor("!document.querySelector('#words').hidden");
        // no dialog opened, nothing was refused by the policy because nothing was tried, no script failed
        assertThat(browser.complaints()).isEmpty();
        browser.picture(PICTURES.resolve("hostile.png"));
    }

    @Test
    void policyKeepsInjectedMarkupFromRunning() throws Exception {
        post(event("jane@example.com", "hard"));
        open();
        browser.evaluate(
                "document.body.insertAdjacentHTML('beforeend',"
                        + " '<img src=x onerror=\"window.ran=1\"><svg onload=\"window.ran=2\"></svg><a id=j href=\"javascript:window.ran=3\">x</a>'"
                        + " + '<p id=styled style=\"color:red\">x</p>'); document.querySelector('#j').click();"
                        + " const s = document.createElement('script'); s.textContent = 'window.ran = 4'; document.body.append(s);"
                        + " const t = document.createElement('script'); t.src = 'data:text/javascript,window.ran=5'; document.body.append(t)");
        assertThat(browser.evaluate("new Promise(done => setTimeout(() => done(window.ran === undefined), 300))")
                        .booleanValue())
                .isTrue();
        assertThat(browser.evaluate("fetch('http://127.0.0.1:1/').then(() => 'sent', error => 'kept')")
                        .textValue())
                .isEqualTo("kept");
        assertThat(String.join("\n", browser.complaints())).contains("Content Security Policy");
    }

    @Test
    void fitsScreensAndPhonesByDayAndByNight() throws Exception {
        for (int i = 0; i < 60; i++) {
            post(event(
                            "user" + i + "@example" + i % 7 + ".com",
                            List.of("hard", "soft", "soft", "complaint").get(i % 4))
                    .put(
                            "diagnostic",
                            "550 5.1.1 <user" + i + "@example.com>: Recipient address rejected: User unknown in"
                                    + " virtual mailbox table (in reply to RCPT TO command)")
                    .put("remote_mta", "mx" + i % 3 + ".a-rather-long-name-of-a-server.example" + i % 7 + ".com"));
        }
        for (String theme : List.of("light", "dark")) {
            for (int width : List.of(1200, 390, 320)) {
                browser.size(width, 1400);
                browser.theme(theme);
                open();
                assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                .intValue())
                        .as(width + " " + theme)
                        .isLessThanOrEqualTo(width);
                assertThat(browser.evaluate(
                                        "document.querySelector('#days-chart .u-legend').getBoundingClientRect().bottom"
                                                + " <= document.querySelector('summary').getBoundingClientRect().top")
                                .booleanValue())
                        .as("legend above the table at " + width)
                        .isTrue();
                browser.picture(PICTURES.resolve(String.format(Locale.ROOT, "%s-%d.png", theme, width)));
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }
}
