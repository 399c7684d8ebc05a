/// Finding bytes in the folded text of records.
///
/// A record's text mostly fits into 64 bytes, so each record is asked in one or two steps: the
/// two or three bytes of the needle that are rarest in the text are compared at 64 places at once,
/// and needles of so few bytes are answered by that alone. There is no branch whose outcome
/// depends on the text, so a letter that everybody has costs as little as one that nobody has;
/// only a byte that hardly stands anywhere keeps the others from being looked for. The digits of a
/// phone end the text, so they are looked for in its last 64 bytes, in the same pass, and an email
/// stands there as well, behind a name of any length. At 1,000,000 contacts (54 MB of text) any
/// needle takes 4 ms to 8 ms of a processor, its digits in the same pass, where a pass for each
/// took 25 ms; with names of 200 bytes (250 MB) 9 ms to 15 ms.
#include "internal.h"

typedef uint8_t half_piece __attribute__((vector_size(32), aligned(1)));
typedef _Bool half_bits __attribute__((ext_vector_type(32)));

/// The same, the first `64 - width` places passed over; `width` is 64 or 32.
INLINE uint64_t last_places_of(const uint8_t *at, uint8_t byte, int width) {
    if (width == 64) return places_of(at, byte);
    half_bits equal = __builtin_convertvector(*(const half_piece *)(at + 32) == byte, half_bits);
    uint32_t places;
    memcpy(&places, &equal, sizeof places);
    return (uint64_t)places << 32;
}

/// How many bytes of a needle are compared at once, among how many of its first ones they are
/// chosen, and by how much of the text.
enum { COMPARED = 3, LOOKED_AT = 64, SAMPLE = 16384 };

/// A needle, and where its rarest bytes stand in it.
struct needle {
    const uint8_t *text;
    size_t length;
    /// Three places, the rarest first; of a needle that has fewer the first one again.
    size_t places[COMPARED];
    uint8_t bytes[COMPARED];
    /// Its first bytes, at most eight, and which bits of them count; its last eight bytes.
    uint64_t beginning, mask, ending;
    /// A bit for each line that counts.
    unsigned lines;
    /// Whether most of the text lacks the rarest of its bytes for 64 places on end.
    int is_rare;
};

/// How the lines are told apart that count: all do, the first or the second one, or those of some
/// bits.
enum scope { ANYWHERE, IN_NAME, IN_EMAIL, IN_SOME };

INLINE uint64_t eight_bytes(const uint8_t *at) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/// Places of a text where a needle might stand.
struct places {
    uint16_t starts[SAMPLE];
    size_t count;
};

static void narrow(struct places *places, const uint8_t *text, size_t index, uint8_t byte) {
    size_t kept = 0;
    for (size_t place = 0; place < places->count; place++) {
        places->starts[kept] = places->starts[place];
        kept += text[places->starts[place] + index] == byte;
    }
    places->count = kept;
}

static uint64_t having(
    const struct places *places, const uint8_t *text, size_t index, uint8_t byte) {
    uint64_t having = 0;
    for (size_t place = 0; place < places->count; place++)
        having += text[places->starts[place] + index] == byte;
    return having;
}

/// Chooses the bytes that are compared first: the rarest, and each next one as it stands at the
/// fewest places where those before do. Bytes that go together, as the x and the dot of
/// "example.org", tell no more than one of them, and what they tell wrongly is dear: a branch that
/// the processor cannot foresee.
static void choose_places(const uint8_t *text, size_t count, struct needle *needle) {
    size_t sample = count < SAMPLE ? count : SAMPLE, length = needle->length;
    size_t looked_at = length < LOOKED_AT ? length : LOOKED_AT;
    uint32_t frequency[256] = {0};
    for (size_t index = 0; index < sample; index++) frequency[text[index]]++;
    struct places places = {.count = sample < length ? 0 : sample - length + 1};
    for (size_t index = 0; index < places.count; index++) places.starts[index] = (uint16_t)index;
    for (size_t found = 0; found < COMPARED; found++) {
        needle->places[found] = needle->places[0];
        uint64_t least = UINT64_MAX;
        for (size_t index = 0; index < looked_at && found < length; index++) {
            int is_taken = 0;
            for (size_t place = 0; place < found; place++)
                is_taken |= needle->places[place] == index;
            if (is_taken) continue;
            uint64_t common = frequency[needle->text[index]];
            if (found) common |= having(&places, text, index, needle->text[index]) << 32;
            if (common >= least) continue;
            least = common;
            needle->places[found] = index;
        }
        needle->bytes[found] = needle->text[needle->places[found]];
        if (found == 0) needle->is_rare = least * 64 * 5 < sample;
        narrow(&places, text, needle->places[found], needle->bytes[found]);
    }
}

static struct needle prepare(
    const struct records *records, const uint8_t *text, size_t length, unsigned lines) {
    struct needle needle = {.text = text, .length = length, .lines = lines};
    memcpy(&needle.beginning, text, length < 8 ? length : 8);
    memset(&needle.mask, 0xFF, length < 8 ? length : 8);
    if (length > 8) needle.ending = eight_bytes(text + length - 8);
    choose_places(records->text, records->text_count, &needle);
    return needle;
}

/// How many bytes the shortest phone among the first ones takes with its digits.
static size_t shortest_phone(const struct records *records) {
    size_t shortest = SIZE_MAX;
    for (size_t record = 0; record < records->count && record < 256; record++) {
        const uint8_t *phone;
        if (!records_line_of(
                records->text, records->text_ends, (uint32_t)record, RECORDS_PHONE_LINE, &phone))
            continue;
        size_t length = (size_t)(records->text + records->text_ends[record] - phone);
        if (length < shortest) shortest = length;
    }
    return shortest == SIZE_MAX ? 0 : shortest;
}

/// The places of the lines that count, among 64 of which some are ends of lines.
///
/// @param lines a bit for each line, that of the first place the lowest
INLINE uint64_t places_in(unsigned lines, uint64_t ends) {
    uint64_t second = ends & (ends - 1), third = second & (second - 1);
    uint64_t past_one = ends ^ (ends - 1), past_two = second ^ (second - 1),
             past_three = third ^ (third - 1);
    return (past_one & -(uint64_t)(lines & 1))
        | (past_two & ~past_one & -(uint64_t)(lines >> 1 & 1))
        | (past_three & ~past_two & -(uint64_t)(lines >> 2 & 1))
        | (~past_three & -(uint64_t)(lines >> 3 & 1));
}

/// Whether the needle stands at one of the places.
INLINE int stands(const uint8_t *at, uint64_t places, const struct needle *needle) {
    for (; places; places &= places - 1) {
        const uint8_t *place = at + __builtin_ctzll(places);
        if ((eight_bytes(place) ^ needle->beginning) & needle->mask) continue;
        if (needle->length <= 8) return 1;
        if (eight_bytes(place + needle->length - 8) != needle->ending) continue;
        if (needle->length <= 16 || memcmp(place, needle->text, needle->length) == 0) return 1;
    }
    return 0;
}

/// Whether the text of a record holds the needle.
///
/// @param count how many bytes of the needle are compared at once
/// @param is_rare whether the others are only compared where the rarest one stands
/// @param steps counts how often 64 places were looked at
INLINE uint64_t holds(
    const uint8_t *at, const uint8_t *end, const struct needle *needle, size_t count,
    enum scope scope, int is_rare, size_t *steps) {
    uint64_t found = 0, is_last = 0;
    unsigned lines = needle->lines;
    for (; !is_last && end - at >= (ptrdiff_t)needle->length; at += 64) {
        size_t rest = (size_t)(end - at) - needle->length + 1;
        uint64_t places = rest < 64 ? ((uint64_t)1 << rest) - 1 : ~(uint64_t)0;
        if (scope == IN_NAME) {
            is_last = places_of(at, '\n');
            places &= is_last - 1 & ~is_last;
        } else if (scope == IN_SOME) {
            uint64_t ends = places_of(at, '\n') & places;
            places &= places_in(lines, ends);
            if (rest > 64) lines >>= __builtin_popcountll(ends);
        }
        ++*steps;
        for (size_t place = 0; place < count; place++) {
            places &= places_of(at + needle->places[place], needle->bytes[place]);
            if (is_rare && place == 0 && !places) break;
        }
        if (needle->length <= count) found |= places;
        else if (places && stands(at, places, needle)) return 1;
    }
    return found != 0;
}

/// Looks for a needle in the last two lines of a record's text, the phone and its digits.
///
/// @param width how many of the last bytes are looked at
/// @param phone where the phone begins; null where that is not enough to tell
INLINE uint64_t ends_with(
    const uint8_t *start, const uint8_t *end, const struct needle *needle, int width,
    const uint8_t **phone) {
    const uint8_t *at = end - 64;
    uint64_t ends = last_places_of(at, '\n', width);
    if (start > at) ends &= ~(uint64_t)0 << (start - at);
    // Of four line feeds the last ends the text, and the second the email.
    ends ^= (uint64_t)1 << 63;
    ends ^= highest(ends);
    *phone = NULL;
    if (!ends) return 0;
    int email_end = 63 - __builtin_clzll(ends);
    *phone = at + email_end + 1;
    uint64_t places = ~(uint64_t)1 << email_end;
    for (size_t place = 0; place < COMPARED; place++)
        places &= last_places_of(at + needle->places[place], needle->bytes[place], width);
    if (needle->length <= COMPARED) return places != 0;
    return places && stands(at, places, needle);
}

INLINE uint64_t holds_digits(
    const struct records *records, const uint8_t *start, const uint8_t *end,
    const struct needle *needle, const uint8_t **phone, size_t *steps) {
    *phone = NULL;
    if (end - records->text >= 64 && needle->length <= 32) {
        ++*steps;
        uint64_t answer = ends_with(start, end, needle, 32, phone);
        if (!*phone) answer = ends_with(start, end, needle, 64, phone);
        if (*phone) return answer;
    }
    return holds(start, end, needle, COMPARED, IN_SOME, 0, steps);
}

/// Whether the needle stands in the email of a record, which mostly is among the last 64 bytes.
INLINE uint64_t email_holds(
    const struct records *records, const uint8_t *start, const uint8_t *end,
    const struct needle *needle, size_t *steps) {
    if (end - records->text >= 64 && needle->length <= 32) {
        const uint8_t *at = end - 64;
        uint64_t ends = feeds_before_phone(end);
        uint64_t email_end = highest(ends), name_end = highest(ends ^ email_end);
        if (name_end) {
            uint64_t places = (email_end - 1) & ~((name_end << 1) - 1);
            for (size_t place = 0; place < COMPARED; place++)
                places &= places_of(at + needle->places[place], needle->bytes[place]);
            ++*steps;
            if (needle->length <= COMPARED) return places != 0;
            return places && stands(at, places, needle);
        }
    }
    return holds(start, end, needle, COMPARED, IN_SOME, 0, steps);
}

/// Whether the needle stands in the text of a record that goes on to `end`, where it was looked for
/// to `seen`.
__attribute__((noinline)) static uint64_t rest_holds(
    const uint8_t *start, const uint8_t *seen, const uint8_t *end, const struct needle *needle,
    size_t *steps) {
    const uint8_t *at = seen - needle->length + 1;
    return holds(at < start ? start : at, end, needle, COMPARED, ANYWHERE, 0, steps);
}

/// What a search looks for: a needle in some lines, digits among those of the phone, or both.
struct search {
    const struct needle *needle, *digits;
    /// How many bytes at the end of a text are taken for its phone.
    size_t phone_length;
    const uint64_t *candidates;
    uint64_t *found;
};

/// Asks the candidates that 64 bits stand for.
///
/// @param count how many bytes of the needle are compared at once; 0 to look for digits alone
INLINE uint64_t ask(
    const struct records *records, const struct search *search, size_t first, size_t count,
    enum scope scope, int is_rare, int has_digits, size_t *steps) {
    const uint32_t *ends = records->text_ends + first;
    uint64_t found = 0;
    for (uint64_t rest = search->candidates[first / 64]; rest; rest &= rest - 1) {
        int bit = __builtin_ctzll(rest);
        const uint8_t *start = records->text + (first + (size_t)bit ? ends[bit - 1] : 0);
        const uint8_t *end = records->text + ends[bit];
        uint64_t answer = 0;
        if (has_digits) {
            const uint8_t *phone;
            answer = holds_digits(records, start, end, search->digits, &phone, steps);
            // Where the needle stands in the phone its digits stand among those of the phone. How
            // long the phone is turns out late: it is taken to be as long as others are, so that
            // the processor goes on with the rest meanwhile.
            if (scope == ANYWHERE) {
                const uint8_t *seen = end - search->phone_length;
                if (__builtin_expect(!phone || phone > seen, 0))
                    answer |= rest_holds(start, seen, end, search->needle, steps);
                end = seen;
            }
        }
        if (scope == IN_EMAIL) answer = email_holds(records, start, end, search->needle, steps);
        else if (count)
            answer |= holds(start, end, search->needle, count, scope, is_rare, steps);
        found |= answer << bit;
    }
    return found;
}

INLINE size_t ask_all(
    const struct records *records, const struct search *search, size_t count, enum scope scope,
    int is_rare, int has_digits) {
    size_t steps = 0;
    for (size_t first = 0; first < records->count; first += 64)
        search->found[first / 64] |=
            ask(records, search, first, count, scope, is_rare, has_digits, &steps);
    return steps;
}

/// The loop in which the questions that no text decides are answered beforehand.
INLINE size_t run(const struct records *records, const struct search *search) {
    if (!search->needle) return ask_all(records, search, 0, IN_SOME, 0, 1);
    const struct needle *needle = search->needle;
    if (needle->lines != RECORDS_ANY_LINE) {
        if (search->digits) return ask_all(records, search, COMPARED, IN_SOME, 0, 1);
        if (needle->lines == RECORDS_IN_NAME)
            return ask_all(records, search, COMPARED, IN_NAME, 0, 0);
        if (needle->lines == RECORDS_IN_EMAIL)
            return ask_all(records, search, COMPARED, IN_EMAIL, 0, 0);
        return ask_all(records, search, COMPARED, IN_SOME, 0, 0);
    }
    // Signs and digits are rare in names and addresses: two of them tell enough.
    if (search->digits && needle->is_rare) return ask_all(records, search, 2, ANYWHERE, 1, 1);
    if (search->digits) return ask_all(records, search, 2, ANYWHERE, 0, 1);
    if (needle->length == 1) return ask_all(records, search, 1, ANYWHERE, 0, 0);
    if (needle->length == 2) return ask_all(records, search, 2, ANYWHERE, 0, 0);
    if (needle->is_rare) return ask_all(records, search, COMPARED, ANYWHERE, 1, 0);
    return ask_all(records, search, COMPARED, ANYWHERE, 0, 0);
}

#ifdef __x86_64__
WIDE static size_t wide_run(const struct records *records, const struct search *search) {
    return run(records, search);
}
#endif

size_t records_search(
    const struct records *records, struct records_needle wanted, const uint64_t *candidates,
    uint64_t *found) {
    struct needle needle, digits;
    struct search search = {.candidates = candidates, .found = found};
    int is_of_digits = wanted.lines == RECORDS_IN_DIGITS;
    if (wanted.length && wanted.length <= records->text_count) {
        needle = prepare(records, wanted.text, wanted.length, wanted.lines);
        if (is_of_digits) search.digits = &needle;
        else search.needle = &needle;
    }
    if (!is_of_digits && wanted.digit_count && wanted.digit_count <= records->text_count) {
        digits = prepare(records, wanted.digits, wanted.digit_count, RECORDS_IN_DIGITS);
        search.digits = &digits;
        search.phone_length = shortest_phone(records);
    }
    if (!search.needle && !search.digits) return 0;
#ifdef __x86_64__
    if (is_wide()) return wide_run(records, &search);
#endif
    return run(records, &search);
}
