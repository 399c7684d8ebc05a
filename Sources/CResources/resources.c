#include "resources.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t sample_contacts[] = {
#embed "../../config/sample-contacts.json"
};

static const uint8_t configuration[] = {
#embed "../../config/config.toml"
};

static const uint8_t emacs_keys[] = {
#embed "../../config/keys/emacs.toml"
};

static const uint8_t default_theme[] = {
#embed "../../config/themes/default.toml"
};

static const uint8_t light_theme[] = {
#embed "../../config/themes/light.toml"
};

static const uint8_t high_contrast_theme[] = {
#embed "../../config/themes/high-contrast.toml"
};

static const uint8_t monochrome_theme[] = {
#embed "../../config/themes/monochrome.toml"
};

static const struct {
    const char *name;
    const uint8_t *bytes;
    size_t length;
} files[] = {
    {"config.toml", configuration, sizeof configuration},
    {"keys/emacs.toml", emacs_keys, sizeof emacs_keys},
    {"themes/default.toml", default_theme, sizeof default_theme},
    {"themes/light.toml", light_theme, sizeof light_theme},
    {"themes/high-contrast.toml", high_contrast_theme, sizeof high_contrast_theme},
    {"themes/monochrome.toml", monochrome_theme, sizeof monochrome_theme},
};

const uint8_t *resources_sample_contacts(void) { return sample_contacts; }

size_t resources_sample_contacts_length(void) { return sizeof sample_contacts; }

size_t resources_file_count(void) { return sizeof files / sizeof files[0]; }

const char *resources_file_name(size_t index) {
    return index < resources_file_count() ? files[index].name : NULL;
}

const uint8_t *resources_file(const char *name, size_t *length) {
    for (size_t index = 0; index < resources_file_count(); index++) {
        if (strcmp(files[index].name, name) == 0) {
            *length = files[index].length;
            return files[index].bytes;
        }
    }
    *length = 0;
    return NULL;
}
