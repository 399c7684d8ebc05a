/// One pass over a list of contacts: the grammar of every byte, and what is asked of all records.
///
/// These are the loops that every byte of a file goes through. They are in C because Swift's
/// debug builds, which people and tests run, take a hundred times longer for the same loops; in
/// release builds both are alike. A plain Swift reading of the same bytes is what tests compare
/// them with.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// How many bytes after the end of what is read must be there, the first of them 0.
#define RECORDS_PADDING 64

/// Something about the record by itself that a person should look at.
#define RECORDS_FLAWED 1
/// It has an id that is text.
#define RECORDS_HAS_ID 2
/// It has a telephone number that can be read as one.
#define RECORDS_HAS_NUMBER 4
/// A documented field stands in it twice.
#define RECORDS_REPEATS 8
/// `[]` stands as its tags, or `null`, or there is no such member; none of these bits where it is
/// anything else, such as a list.
#define RECORDS_TAGS_EMPTY 16
#define RECORDS_TAGS_NULL 32
#define RECORDS_TAGS_ABSENT 48

/// Where reading stands between two pieces.
enum records_place {
    /// After the `[`.
    RECORDS_FIRST,
    /// After a comma.
    RECORDS_ELEMENT,
    /// After a record.
    RECORDS_SEPARATOR,
    /// Before the `]`.
    RECORDS_END,
};

/// What stopped a reading.
enum records_outcome {
    /// The list has ended.
    RECORDS_DONE,
    /// The rest of a record is wanted.
    RECORDS_MORE,
    /// What follows is no record, or not JSON.
    RECORDS_WRONG,
    /// There is no memory for more, or the folded text is larger than 4 GB.
    RECORDS_FULL,
};

/// The numbers that are noted of a record: when consent was given and taken back, the last
/// message, the making and the last change, in seconds since 1970; how many messages.
#define RECORDS_NUMBERS 6
/// Nothing, null or an empty text stands there.
#define RECORDS_NEVER INT32_MIN
/// Something else than a timestamp in the usual form, or a small whole number.
#define RECORDS_OTHER (INT32_MIN + 1)
/// The texts that few records have of their own: source, locale.
#define RECORDS_WORDS 2
/// Something else than one of the texts that many share.
#define RECORDS_OTHER_WORD UINT16_MAX
/// The metadata is an object, but stands too far from the beginning of its record.
#define RECORDS_FAR UINT16_MAX

/// Texts that are kept once, as they were first written; the first one is empty.
struct records_texts {
    uint8_t *text;
    size_t *ends;
    size_t count;
};

/// The bytes that are kept of a UUID.
#define RECORDS_ID_REST 12

/// The length of a record that has as many bytes or more.
#define RECORDS_LONG UINT16_MAX

/// A record of which `lengths` does not tell how long it is.
struct records_long {
    uint32_t record, length;
};

/// A few bytes as they stand in the file.
struct records_kept_text {
    uint8_t text[31];
    uint8_t length;
};

/// What is noted, an entry a record. Numbers of `lists` and `word_texts` are places in them.
struct records {
    size_t count;
    /// Where the object begins, in bytes from the beginning of the file.
    uint32_t *starts;
    /// The bytes of the object, fewer than `RECORDS_LONG`; `records_length` tells them of any.
    uint16_t *lengths;
    /// The others, in order.
    struct records_long *longs;
    size_t long_count;
    /// Where its part of `text` ends.
    uint32_t *text_ends;
    /// The number of its list of tags; 0 where it has none.
    uint32_t *tags;
    /// A hash of its id; 0 where it has none.
    uint32_t *ids;
    /// A hash of its telephone number; 0 where it has none.
    uint32_t *phones;
    uint8_t *flags;
    int32_t *numbers[RECORDS_NUMBERS];
    /// The numbers of its words; 0 for nothing, null or an empty text.
    uint16_t *words[RECORDS_WORDS];
    /// Where its metadata begins, from the beginning of the object; 0 where it is no object.
    uint16_t *metadata;
    /// Folded, four lines a record: name, email, phone as written, digits of the phone. Where
    /// the phone is `+` and digits, the last one is empty.
    uint8_t *text;
    size_t text_count;
    struct records_texts lists, word_texts;
    /// The ids that are UUIDs, without their first four bytes, which their hash tells; 0 for any
    /// other, and for one that stands elsewhere than the first one. Null where they would be more
    /// than a small part of the records.
    uint8_t *id_rests;
    /// What `ids` and `phones` were made with.
    uint64_t seed;
    /// What stands before those ids from the beginning of the object, between the name and the
    /// value, and between that and the next name.
    struct records_kept_text kept_head, kept_colon, kept_comma;
};

/// What only Swift can answer.
struct records_helpers {
    /// The folded text of 256 scalars: eight bytes each, the first one a length.
    const uint8_t *(*fold_page)(uint32_t page);
    /// Writes the international form of a number to `out` (16 bytes); 0 where there is none.
    size_t (*number)(const uint8_t *text, size_t length, uint8_t *out);
};

struct records_reader;

/// Begins to read; null where there is no memory.
///
/// @param depth how many arrays and objects are open around a record
/// @param depth_limit how many may be open
struct records_reader *records_begin(
    struct records_helpers helpers, uint64_t seed, size_t depth, size_t depth_limit);

/// Reads whole records from a piece of the file.
///
/// @param bytes followed by RECORDS_PADDING bytes that may be read, the first of them 0
/// @param offset where the piece begins in the file
/// @param is_last whether the file ends with the piece
/// @param used how far it came: what is left must stand at the beginning of the next piece
enum records_outcome records_read(
    struct records_reader *reader, const uint8_t *bytes, size_t length, size_t offset,
    int is_last, size_t *used);

/// Where the reading stands.
enum records_place records_place(const struct records_reader *reader);

/// Ends a reading and gives what was noted, to be let go of with `records_free`.
struct records *records_finish(struct records_reader *reader);

void records_free(struct records *records);

/// The bytes of a record's object.
size_t records_length(const struct records *records, size_t record);

/// The hash that `ids` and `phones` hold; never 0.
uint32_t records_hash(uint64_t seed, const uint8_t *text, size_t length);

/// A line of a record's folded text.
enum records_line {
    RECORDS_NAME_LINE,
    RECORDS_EMAIL_LINE,
    RECORDS_PHONE_LINE,
    /// All of the text.
    RECORDS_WHOLE_TEXT = -1,
};

/// The lines that a search looks at, a bit each.
enum records_lines {
    RECORDS_IN_NAME = 1 << RECORDS_NAME_LINE,
    RECORDS_IN_EMAIL = 1 << RECORDS_EMAIL_LINE,
    RECORDS_IN_PHONE = 1 << RECORDS_PHONE_LINE,
    /// The digits of the phone, wherever they stand: a needle of digits within the phone as it is
    /// written stands among its digits as well.
    RECORDS_IN_DIGITS = 12,
    RECORDS_ANY_LINE = 15,
};

/// What is looked for in the text of records.
struct records_needle {
    /// Not empty, without a line feed.
    const uint8_t *text;
    size_t length;
    /// The lines it may stand in, of `records_lines`.
    unsigned lines;
    /// The digits of the text, which count where they stand among those of the phone; none where
    /// they do not count.
    const uint8_t *digits;
    size_t digit_count;
};

/// Sets the bit of each candidate that holds what is wanted; the other bits are left alone.
///
/// @param candidates one bit for each record, 64 a word; those beyond the last record are 0
/// @return how many times 64 places were looked at
size_t records_search(
    const struct records *records, struct records_needle wanted, const uint64_t *candidates,
    uint64_t *found);

/// One of the columns of `numbers`, and one of `words`.
const int32_t *records_number_column(const struct records *records, int column);
const uint16_t *records_word_column(const struct records *records, int column);

/// Finds the candidates whose number lies between two others, both included.
///
/// @param column of as many numbers as records, such as one of `numbers`
/// @param found gets the bits of those; `others` of those where `RECORDS_OTHER` stands
void records_between(
    const struct records *records, const int32_t *column, int32_t least, int32_t most,
    const uint64_t *candidates, uint64_t *found, uint64_t *others);

/// Finds the candidates whose consent was given last, or taken back last; `others` are those of
/// whom only the texts tell.
void records_consenting(
    const struct records *records, int is_given, const uint64_t *candidates, uint64_t *found,
    uint64_t *others);

/// Finds the candidates with a list of tags to which the answer is not 0.
void records_listed(
    const struct records *records, const uint8_t *answers, const uint64_t *candidates,
    uint64_t *found);

/// Finds the candidates with a word to which the answer is not 0; `others` are those where
/// `RECORDS_OTHER_WORD` stands.
void records_worded(
    const struct records *records, const uint16_t *column, const uint8_t *answers,
    const uint64_t *candidates, uint64_t *found, uint64_t *others);

/// Finds the candidates that a person should look at, whatever other records hold.
///
/// @param flawed_lists for each list of tags whether it is flawed
void records_flawed(
    const struct records *records, const uint8_t *flawed_lists, const uint64_t *candidates,
    uint64_t *found);

/// Writes the numbers of an order that are in a set, in that order; all ascending where `order`
/// is null.
///
/// @param out room for `count` numbers
/// @return how many there are
size_t records_chosen(const int32_t *order, size_t count, const uint64_t *set, int32_t *out);

/// The way to a value within metadata, written with dots between its keys.
struct records_path {
    const uint8_t *text;
    /// Where each key ends in the text.
    const size_t *ends;
    size_t count;
};

/// What is asked of a value within metadata.
enum records_question {
    /// Whether it is there.
    RECORDS_IS_THERE,
    /// Whether it is there and neither null nor an object: what holds any text.
    RECORDS_HAS_TEXT,
    /// Whether there is nothing in it.
    RECORDS_IS_BLANK,
    /// Whether it is less than, equal to, or greater than a number, each a bit.
    RECORDS_COMPARES,
    /// The same of a text.
    RECORDS_COMPARES_TEXT,
    /// Whether a text stands in it.
    RECORDS_HOLDS,
};
#define RECORDS_LESS 1
#define RECORDS_EQUAL 2
#define RECORDS_GREATER 4

struct records_test {
    enum records_question question;
    /// Which outcomes of a comparison are wanted.
    unsigned wanted;
    /// The number that is compared with, as it is written; other text folded.
    const uint8_t *text;
    size_t text_length;
};

/// Puts a question to the metadata of those of some records that are candidates.
///
/// @param bytes a piece of the file that holds all of them
/// @param offset where the piece begins in the file
/// @param others gets the bits of those of whom only a decoded value tells
void records_ask(
    const struct records *records, const uint8_t *bytes, size_t offset, size_t first, size_t count,
    const struct records_path *path, const struct records_test *test, const uint64_t *candidates,
    uint64_t *found, uint64_t *others);

/// What records are sorted by, to be handed to `records_sort`: bytes that compare as the values
/// do, empty for nothing.
struct records_keys {
    uint8_t *text;
    uint32_t *ends;
    size_t count;
};

struct records_gathering;

/// Begins to gather keys; null where there is no memory.
///
/// @param path within metadata; null for the id
/// @param first the record to begin with
struct records_gathering *records_gather_begin(
    const struct records *records, const struct records_path *path, size_t first,
    const uint8_t *(*fold_page)(uint32_t page));

/// Gathers the keys of the next records.
///
/// @param bytes a piece of the file that holds all of them
/// @param others gets the bits of those whose key is empty because only a decoded value tells
/// @return 0 where there is no memory, or the keys are more than 4 GB
int records_gather(
    struct records_gathering *gathering, const uint8_t *bytes, size_t offset, size_t count,
    uint64_t *others);

/// Puts the keys of the records that follow, gathered meanwhile, behind these.
///
/// @return as of `records_gather`
int records_gather_join(
    struct records_gathering *gathering, const struct records_gathering *next);

/// Ends it; the keys stay until `records_gather_free`.
const struct records_keys *records_gathered(const struct records_gathering *gathering);
void records_gather_free(struct records_gathering *gathering);

struct records_counting;

/// Begins to count the keys of metadata; null where there is no memory.
struct records_counting *records_counting_begin(uint64_t seed);

/// Counts those of some records that are candidates.
///
/// @param bytes a piece of the file that holds all of them
/// @param offset where the piece begins in the file
/// @return 0 where there is no memory
int records_count_keys(
    struct records_counting *counting, const struct records *records, const uint8_t *bytes,
    size_t offset, size_t first, size_t count, const uint64_t *candidates);

/// The keys that were met; the first one stands for none.
const struct records_texts *records_counted_names(const struct records_counting *counting);
/// In how many records one of them stands, which is not the first.
size_t records_counted(const struct records_counting *counting, size_t name);
void records_counting_free(struct records_counting *counting);

/// Sets the bits of the records whose hash, which is not 0, stands in another record as well; the
/// other bits are left alone.
///
/// @return 0 where there is no memory
int records_repeats(const uint32_t *hashes, size_t count, uint64_t *bits);
