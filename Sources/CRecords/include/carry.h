/// Takes over what an earlier reading noted of records, for a file in which others changed.
#pragma once

#include "records.h"

/// Begins a reading that goes on from an earlier one.
///
/// @param former what that one noted
/// @param added how many records there may be more
/// @return 0 where there is no memory
int records_take_over(
    struct records_reader *reader, const struct records *former, size_t added);

/// Takes over the records that stand in a part of the earlier file, which is a part of this one.
///
/// @param from where the part began, outside of any record
/// @param to where it ended, outside of any record
/// @param start where it begins now
/// @param next the first record of the part, as far as can be foretold; set to the one after it
/// @return 0 where there is no memory, or the file is too large
int records_carry(
    struct records_reader *reader, const struct records *former, size_t from, size_t to,
    size_t start, size_t *next);

/// Reads a record that is there as a whole.
///
/// @param bytes followed by RECORDS_PADDING bytes that may be read, the first of them 0
/// @param offset where it stands in the file
/// @return 0 where it is no record, or as `records_carry`
int records_take(
    struct records_reader *reader, const uint8_t *bytes, size_t length, size_t offset);

/// Forgets the lists of tags that nobody bears any more, where they are many.
void records_tidy(struct records_reader *reader);

/// How far a file has been looked through.
struct records_proof {
    /// The record that comes next, or that the file is in.
    size_t record;
    /// How many commas stand before it.
    size_t commas;
    /// Whether the list has ended.
    int is_closed;
};

/// How many records were noted so far.
size_t records_count(const struct records_reader *reader);

/// Looks whether records stand in a file as they are noted: each from `{` to `}`, and between them
/// a comma and white space. Others may be noted meanwhile, no more than room was made for.
///
/// @param count how many were noted by then, among them all that begin in this piece
/// @param bytes the next piece of the file
/// @param offset where it begins
/// @return 0 where they do not
int records_stand(
    const struct records_reader *reader, size_t count, const uint8_t *bytes, size_t length,
    size_t offset, struct records_proof *proof);
