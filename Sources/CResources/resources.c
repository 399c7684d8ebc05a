#include "resources.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t sample_contacts[] = {
#embed "../../config/sample-contacts.json"
};

const uint8_t *resources_sample_contacts(void) { return sample_contacts; }

size_t resources_sample_contacts_length(void) { return sizeof sample_contacts; }
