/// The records that stand around a place in an order by one line of their text, found without
/// bringing the others into order: what a screen shows of a list that is sorted anew.
///
/// Some lines, drawn by lot, tell what lines near the place begin with, up to eight bytes. Then all
/// are passed over once, and only those that begin so are compared; where fewer stand there than
/// are wanted, once more with more room. So each text is touched once: with names of 200 bytes
/// (250 MB) that alone takes 9 ms, as long as reading all of it. At 1,000,000 names it takes
/// 3 ms to 5 ms, where sorting them takes 130 ms to 180 ms.
#include "internal.h"
#include "order.h"

#include <stdlib.h>

/// A record near the place, and eight bytes of its line as a number.
struct near {
    uint64_t bytes;
    uint32_t record;
};

/// How many records before its turn a text is asked for.
enum { AHEAD = 16 };

/// How many lines are drawn by lot, and how many of those stand on either side of the place within
/// the range; of 1,000,000 records that means 3,000, and hardly ever as few as 100.
enum { DRAWN = 4096, BESIDE = 12 };

/// More are not compared: where so many lines begin alike, sorting all is quicker.
static const size_t most_compared = 1 << 18;

/// What came of looking at all lines; one may not begin as all do that were drawn.
enum outcome { FOUND, BEGINS_OTHERWISE, TOO_MANY };

struct window {
    const uint8_t *text;
    const uint32_t *ends;
    const uint64_t *candidates;
    size_t count, reach;
    enum records_line line;
    uint64_t mask;
    /// How many bytes all lines begin with, and which.
    size_t skipped;
    uint64_t beginning, beginning_mask;
    /// Where the lines begin that were drawn, then eight bytes of each, in order.
    const uint8_t *drawn[DRAWN];
    uint64_t drawn_bytes[DRAWN];
    size_t drawn_count;
    /// What the lines begin with that are compared.
    uint64_t least, most;
    struct near *near;
    size_t near_count;
    /// How many have something in their line, and how many of these go before the range.
    size_t filled, before;
    /// The first records that have nothing, at most `reach` of them.
    int32_t *empty;
    size_t empty_count;
};

/// Where a line of a record begins whose text goes from `at` to `end`.
INLINE const uint8_t *line_start(
    const uint8_t *text, const uint8_t *at, const uint8_t *end, enum records_line line) {
    if (line == RECORDS_NAME_LINE) return at;
    uint64_t feeds = places_of(at, '\n');
    if (line == RECORDS_PHONE_LINE) feeds &= feeds - 1;
    if (feeds) return at + __builtin_ctzll(feeds) + 1;
    // Behind a long name the other lines mostly are among the last 64 bytes.
    if (end - text >= 64) {
        feeds = feeds_before_phone(end);
        if (line == RECORDS_EMAIL_LINE) feeds ^= highest(feeds);
        if (feeds) return end - __builtin_clzll(feeds);
    }
    for (int passed = 0; passed < (int)line; passed++) at = next_line(at);
    return at;
}

static inline const uint8_t *start_of(const struct window *window, size_t record) {
    const uint8_t *text = window->text, *at = text + (record ? window->ends[record - 1] : 0);
    return line_start(text, at, text + window->ends[record], window->line);
}

/// The first eight bytes of a line as a number that compares as they do.
static inline uint64_t line_bytes(const uint8_t *line) {
    const uint64_t ones = 0x0101010101010101u;
    uint64_t bytes;
    memcpy(&bytes, line, 8);
    // The lowest bit that is left of a byte's highest tells where the line ends.
    uint64_t feeds = bytes ^ ones * '\n';
    feeds = (feeds - ones) & ~feeds & ones << 7;
    uint64_t kept = feeds ? ((feeds & -feeds) >> 7) - 1 : ~(uint64_t)0;
    return __builtin_bswap64(bytes & kept);
}

/// Draws lines by lot, one of each of as many parts of the records.
static void draw(struct window *window) {
    size_t parts = window->count < DRAWN ? window->count : DRAWN;
    for (size_t part = 0; part < parts; part++) {
        size_t first = part * window->count / parts, next = (part + 1) * window->count / parts;
        size_t record = first + (uint32_t)(part * 0x9E3779B1u) % (next - first);
        if (!has_bit(window->candidates, record)) continue;
        const uint8_t *line = start_of(window, record);
        if (*line != '\n') window->drawn[window->drawn_count++] = line;
    }
}

/// Passes over what the lines that were drawn have in common, such as the code of a country.
static void skip_beginning(struct window *window) {
    if (!window->drawn_count) return;
    uint64_t differing = 0;
    window->beginning = line_bytes(window->drawn[0]);
    for (size_t index = 1; index < window->drawn_count; index++)
        differing |= line_bytes(window->drawn[index]) ^ window->beginning;
    // A line that ends before has a zero there, so no line feed is passed over.
    window->skipped = differing ? (size_t)__builtin_clzll(differing) / 8 : 8;
    while (window->skipped && !(window->beginning >> (64 - 8 * window->skipped) & 0xFF))
        window->skipped--;
    window->beginning_mask =
        window->skipped ? ~(uint64_t)0 << (64 - 8 * window->skipped) : 0;
}

/// A record that has a line.
static struct near near_of(const struct window *window, size_t record) {
    const uint8_t *line = start_of(window, record);
    return (struct near){line_bytes(line + window->skipped) ^ window->mask, (uint32_t)record};
}

static int compare(const void *one, const void *other) {
    uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)other;
    return (left > right) - (left < right);
}

static void order_drawn(struct window *window) {
    for (size_t index = 0; index < window->drawn_count; index++)
        window->drawn_bytes[index] =
            line_bytes(window->drawn[index] + window->skipped) ^ window->mask;
    qsort(window->drawn_bytes, window->drawn_count, sizeof *window->drawn_bytes, compare);
}

/// Sets the range, so that of the lines that were drawn some stand on either side of a place.
static void set_range(struct window *window, uint64_t place, size_t beside) {
    const uint64_t *drawn = window->drawn_bytes;
    size_t below = 0, above = 0, count = window->drawn_count;
    while (below < count && drawn[below] < place) below++;
    while (above < count && drawn[count - 1 - above] > place) above++;
    window->least = below < beside ? 0 : drawn[below - beside];
    window->most = above < beside ? ~(uint64_t)0 : drawn[count - above + beside - 1];
}

/// Looks at all lines, and keeps those in the range.
INLINE enum outcome look(struct window *window, enum records_line line, size_t skipped) {
    // What is written through a pointer might be these, for all that the compiler knows.
    const uint8_t *text = window->text;
    const uint32_t *ends = window->ends;
    const uint64_t *candidates = window->candidates;
    struct near *near = window->near;
    uint64_t mask = window->mask, differing = 0, least = window->least;
    uint64_t most = window->most - least;
    size_t filled = 0, before = 0, found = 0, empty = 0, count = window->count;
    for (size_t record = 0, start = 0; record < count; start = ends[record++]) {
        const uint8_t *ahead = text + ends[record + AHEAD < count ? record + AHEAD : record];
        __builtin_prefetch(line == RECORDS_NAME_LINE ? ahead : ahead - 64);
        if (!has_bit(candidates, record)) continue;
        const uint8_t *at = line_start(text, text + start, text + ends[record], line);
        if (*at == '\n') {
            if (empty < window->reach) window->empty[empty++] = (int32_t)record;
            continue;
        }
        if (skipped) differing |= line_bytes(at) ^ window->beginning;
        uint64_t bytes = line_bytes(at + skipped) ^ mask;
        filled++;
        before += bytes < least;
        near[found] = (struct near){bytes, (uint32_t)record};
        found += bytes - least <= most;
        if (found > most_compared) return TOO_MANY;
    }
    window->filled = filled;
    window->before = before;
    window->near_count = found;
    window->empty_count = empty;
    return differing & window->beginning_mask ? BEGINS_OTHERWISE : FOUND;
}

/// The loop in which the questions that no line decides are answered beforehand.
INLINE enum outcome look_along(struct window *window) {
    size_t skipped = window->skipped;
    if (window->line == RECORDS_PHONE_LINE) return look(window, RECORDS_PHONE_LINE, skipped);
    if (window->line == RECORDS_EMAIL_LINE) return look(window, RECORDS_EMAIL_LINE, skipped);
    if (skipped) return look(window, RECORDS_NAME_LINE, skipped);
    return look(window, RECORDS_NAME_LINE, 0);
}

#ifdef __x86_64__
WIDE static enum outcome wide_look_along(struct window *window) { return look_along(window); }
#endif

static enum outcome look_at_all(struct window *window) {
#ifdef __x86_64__
    if (is_wide()) return wide_look_along(window);
#endif
    return look_along(window);
}

/// Less than 0 where one goes before the other.
static int order(const struct window *window, const struct near *one, const struct near *other) {
    if (one->bytes != other->bytes) return one->bytes < other->bytes ? -1 : 1;
    const uint8_t *left, *right;
    size_t length = records_line_of(window->text, window->ends, one->record, window->line, &left);
    size_t other_length =
        records_line_of(window->text, window->ends, other->record, window->line, &right);
    int order = memcmp(left, right, length < other_length ? length : other_length);
    if (!order) order = (length > other_length) - (length < other_length);
    if (order) return window->mask ? -order : order;
    return one->record < other->record ? -1 : one->record > other->record;
}

static inline void swap(struct near *one, struct near *other) {
    struct near kept = *one;
    *one = *other;
    *other = kept;
}

/// Puts those that go before the one at `middle` before it, the others after it; its place.
static size_t part(
    const struct window *window, struct near *all, size_t from, size_t to, size_t middle) {
    swap(&all[middle], &all[to - 1]);
    size_t place = from;
    for (size_t index = from; index + 1 < to; index++) {
        if (order(window, &all[index], &all[to - 1]) < 0) swap(&all[index], &all[place++]);
    }
    swap(&all[place], &all[to - 1]);
    return place;
}

/// The one in the middle of three spread over a range, so that what is in order already is
/// parted in halves.
static size_t middle_of(const struct window *window, const struct near *all, size_t from, size_t to)
{
    size_t one = from, two = from + (to - from) / 2, three = to - 1;
    if (order(window, &all[one], &all[two]) > 0) {
        size_t kept = one;
        one = two;
        two = kept;
    }
    if (order(window, &all[two], &all[three]) <= 0) return two;
    return order(window, &all[one], &all[three]) > 0 ? one : three;
}

/// Sorts as much as is needed for the places from `first` to `last` to be right.
static void sort_places(
    const struct window *window, struct near *all, size_t from, size_t to, size_t first,
    size_t last) {
    while (to - from > 1 && from < last && to > first) {
        size_t place = part(window, all, from, to, middle_of(window, all, from, to));
        // The smaller part is sorted by a call, so that calls never nest deep.
        if (place - from < to - place - 1) {
            sort_places(window, all, from, place, first, last);
            from = place + 1;
        } else {
            sort_places(window, all, place + 1, to, first, last);
            to = place;
        }
    }
}

/// Finds the records around the place, and where it stands among them.
static enum outcome find(struct window *window, int32_t around, size_t *place) {
    struct near pivot = {0, 0};
    if (around >= 0) pivot = near_of(window, (size_t)around);
    for (size_t beside = BESIDE;; beside *= 16) {
        set_range(window, pivot.bytes, beside);
        enum outcome outcome = look_at_all(window);
        if (outcome != FOUND) return outcome;
        *place = 0;
        for (size_t index = 0; around >= 0 && index < window->near_count; index++)
            *place += order(window, &window->near[index], &pivot) < 0;
        int has_below = window->least == 0 || *place >= window->reach;
        int has_above =
            window->most == ~(uint64_t)0 || window->near_count - *place >= window->reach;
        if (has_below && has_above) return FOUND;
    }
}

/// Writes the records around a place among those that were found, and behind the last of them
/// those that have nothing.
static size_t write(const struct window *window, size_t place, size_t *first, int32_t *out) {
    size_t reach = window->reach, count = window->near_count, written = 0;
    size_t from = place < reach ? 0 : place - reach;
    size_t to = place + reach < count ? place + reach : count;
    sort_places(window, window->near, 0, count, from, to);
    for (size_t index = from; index < to; index++)
        out[written++] = (int32_t)window->near[index].record;
    *first = window->before + from;
    // None is wanted where those that have something reach far enough.
    for (size_t index = 0; index < window->empty_count && to + index < place + reach; index++)
        out[written++] = window->empty[index];
    return written;
}

/// Whether a record counts, and has something in its line.
static int is_filled(const struct window *window, size_t record) {
    return has_bit(window->candidates, record) && *start_of(window, record) != '\n';
}

static size_t find_and_write(struct window *window, int32_t around, size_t *first, int32_t *out) {
    if (around >= 0 && !is_filled(window, (size_t)around)) return 0;
    size_t place;
    draw(window);
    skip_beginning(window);
    order_drawn(window);
    enum outcome outcome = find(window, around, &place);
    if (outcome == BEGINS_OTHERWISE) {
        window->skipped = window->beginning_mask = 0;
        order_drawn(window);
        outcome = find(window, around, &place);
    }
    return outcome == FOUND ? write(window, place, first, out) : 0;
}

size_t records_window(
    const struct records *records, enum records_line line, int is_descending,
    const uint64_t *candidates, int32_t around, size_t reach, size_t *first, int32_t *out) {
    struct window *window = calloc(1, sizeof *window);
    if (!window) return 0;
    window->text = records->text;
    window->ends = records->text_ends;
    window->candidates = candidates;
    window->count = records->count;
    window->reach = reach;
    window->line = line;
    window->mask = is_descending ? ~(uint64_t)0 : 0;
    window->near = malloc((most_compared + 1) * sizeof *window->near);
    window->empty = malloc((reach + 1) * sizeof *window->empty);
    size_t written = 0;
    if (window->near && window->empty) written = find_and_write(window, around, first, out);
    free(window->empty);
    free(window->near);
    free(window);
    return written;
}
