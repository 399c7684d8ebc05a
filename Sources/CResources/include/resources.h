/// The files of `config` that travel inside the program, so that it is one file.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The bytes of `config/sample-contacts.json`.
const uint8_t *resources_sample_contacts(void);

/// How many bytes they are.
size_t resources_sample_contacts_length(void);

/// How many files of `config` there are for settings.
size_t resources_file_count(void);

/// The name of one of them below `config`, such as `themes/light.toml`; NULL beyond the last.
const char *resources_file_name(size_t index);

/// The bytes of the file of this name, and how many they are; NULL and 0 where there is none.
const uint8_t *resources_file(const char *name, size_t *length);
