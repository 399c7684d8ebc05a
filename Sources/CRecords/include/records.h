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

/// What is noted, an entry a record.
struct records {
    size_t count;
    /// Where the object begins, in bytes from the beginning of the file.
    uint32_t *starts;
    /// The bytes of the object.
    uint32_t *lengths;
    /// Where its part of `text` ends.
    uint32_t *text_ends;
    /// The number of its list of tags; 0 where it has none.
    uint32_t *tags;
    /// A hash of its id; 0 where it has none.
    uint32_t *ids;
    /// A hash of its telephone number; 0 where it has none.
    uint32_t *phones;
    uint8_t *flags;
    /// Folded, four lines a record: name, email, phone as written, digits of the phone. Where
    /// the phone is `+` and digits, the last one is empty.
    uint8_t *text;
    size_t text_count;
    /// Every list of tags, as it was first written; the first one is empty.
    uint8_t *list_text;
    size_t *list_ends;
    size_t list_count;
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

/// The hash that `ids` and `phones` hold; never 0.
uint32_t records_hash(uint64_t seed, const uint8_t *text, size_t length);

/// A line of a record's folded text.
enum records_line {
    RECORDS_ANY_LINE = -1,
    RECORDS_NAME_LINE,
    RECORDS_EMAIL_LINE,
    RECORDS_PHONE_LINE,
    /// The digits of the phone, wherever they stand.
    RECORDS_DIGITS_LINE,
};

/// Sets the bit of each record that holds `needle` in a line; the other bits are left alone.
///
/// @param needle not empty, without a line feed
/// @param bits one for each record, 64 a word
/// @return how many times sixteen bytes were looked at
size_t records_search(
    const struct records *records, const uint8_t *needle, size_t length, enum records_line line,
    uint64_t *bits);

/// Finds the value that counts for a plain name in an object that is known to be JSON.
///
/// @param start where it stands in the object
/// @return its length; 0 where there is none
size_t records_member(
    const uint8_t *object, size_t object_length, const uint8_t *name, size_t name_length,
    size_t *start);

/// The timestamps a contact has: consent given and taken back, last message, created, updated.
#define RECORDS_INSTANTS 5
/// Nothing, null or an empty text stands there.
#define RECORDS_NEVER INT32_MIN
/// Something else than a timestamp in the usual form.
#define RECORDS_OTHER (INT32_MIN + 1)

/// Reads the timestamps of some records, in seconds since 1970.
///
/// @param bytes a piece of the file that holds them
/// @param offset where the piece begins in the file
/// @param columns room for all records, one column a timestamp
void records_instants(
    const struct records *records, const uint8_t *bytes, size_t offset, size_t first, size_t count,
    int32_t *const columns[RECORDS_INSTANTS]);

/// Sorts texts, byte by byte; what is empty comes last, ties stay in their order.
///
/// @param text all of them, one after the other
/// @param ends where each one ends
/// @param line the line that is compared; all of the text for `RECORDS_ANY_LINE`
/// @param order room for as many numbers
/// @return 0 where there is no memory
int records_sort(
    const uint8_t *text, const uint32_t *ends, size_t count, enum records_line line,
    int is_descending, uint32_t *order);

/// Where a member stands in its object.
struct records_span {
    /// The name with its quotes.
    size_t name_start, name_end;
    /// The value.
    size_t start, end;
};

/// Finds all members of an object that is known to be JSON.
///
/// @param places room for `capacity` members
/// @return how many there are, be it more than there is room for
size_t records_outline(
    const uint8_t *object, size_t length, struct records_span *places, size_t capacity);

/// What a record shows to those who change its tags along with those of many others: where values
/// stand in it, each of length 0 where there is none.
struct records_face {
    /// The texts, without their quotes, of the id and the phone where they are plain text.
    size_t id, id_length, phone, phone_length;
    size_t tags, tags_length, updated, updated_length;
    /// What stands between the first name and its value, and between that and the second member.
    size_t colon, colon_length, comma, comma_length;
};

/// Reads that of an object that is known to be JSON.
///
/// @return 0 where it has fewer than two members, a name with an escape in it, or one of these
/// names twice
int records_face(const uint8_t *object, size_t length, struct records_face *face);

/// Sets the bits of the records whose hash, which is not 0, stands in another record as well; the
/// other bits are left alone.
///
/// @return 0 where there is no memory
int records_repeats(const uint32_t *hashes, size_t count, uint64_t *bits);
