/// The files of `config` that travel inside the program, so that it is one file.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The bytes of `config/sample-contacts.json`.
const uint8_t *resources_sample_contacts(void);

/// How many bytes they are.
size_t resources_sample_contacts_length(void);
