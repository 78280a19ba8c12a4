package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CostlyAnswersTest {
    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5); // a nanoTime may overflow
    private final CostlyAnswers<Integer, Integer> answers = new CostlyAnswers<>(time::get);
    private int worked;

    private int ask(int question, Duration work) {
        return answers.get(question, () -> {
            time.addAndGet(work.toNanos());
            return ++worked;
        });
    }

    private void later(Duration duration) {
        time.addAndGet(duration.toNanos());
    }

    @Test
    void quickAnswersAreAlwaysFresh() {
        assertThat(ask(7, Duration.ofMillis(900))).isEqualTo(1);
        assertThat(ask(7, Duration.ofMillis(900))).isEqualTo(2);
    }

    @Test
    void costlyAnswersAreKeptTenTimesAsLongAsTheyTook() {
        assertThat(ask(7, Duration.ofSeconds(3))).isEqualTo(1);
        later(Duration.ofSeconds(29));
        assertThat(ask(7, Duration.ofSeconds(3))).isEqualTo(1);
        assertThat(ask(14, Duration.ofMillis(1))).isEqualTo(2);
        later(Duration.ofSeconds(1));
        assertThat(ask(7, Duration.ofSeconds(3))).isEqualTo(3);
    }
}
