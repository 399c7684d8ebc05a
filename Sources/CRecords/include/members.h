/// What stands in a single object that is known to be JSON.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Finds the value that counts for a plain name in an object that is known to be JSON.
///
/// @param start where it stands in the object
/// @return its length; 0 where there is none
size_t records_member(
    const uint8_t *object, size_t object_length, const uint8_t *name, size_t name_length,
    size_t *start);

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

/// Reads of the beginning of such an object what comes before its second member: the id, the colon
/// and the comma.
///
/// @return 0 where it does not begin with an id in plain text
int records_head(const uint8_t *object, size_t length, struct records_face *face);
