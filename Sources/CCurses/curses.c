#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#include "CCurses.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

// <term.h> defines hundreds of lower-case macros; two declarations are all that is needed of it.
char *tigetstr(const char *);
int setupterm(const char *, int, int *);

bool ccurses_use_locale(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
    return false;
}

int ccurses_scalar_width(uint32_t scalar) {
    return wcwidth((wchar_t)scalar);
}

bool ccurses_knows_type(const char *type, int descriptor) {
    int outcome = -1;
    setupterm(type, descriptor, &outcome);
    // 0 stands for both: not in the database, and generic; only a generic one has been read.
    return outcome == 1 || (outcome == 0 && ccurses_capability("cr"));
}

const char *ccurses_capability(const char *name) {
    char *value = tigetstr((char *)name);
    return value == (char *)-1 ? NULL : value;
}

int ccurses_set_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
    // The pair goes through the extended argument: the short one ends at 32767.
    return setcchar(cell, text, attributes, 0, &pair);
}

int ccurses_put_row(WINDOW *window, int row, const cchar_t *cells, int count) {
    return mvwadd_wchnstr(window, row, 0, cells, count);
}

int ccurses_read_cell(
    WINDOW *window, int row, int column, wchar_t *buffer, attr_t *attributes, int *pair) {
    cchar_t cell;
    short unused;
    memset(&cell, 0, sizeof cell);
    if (mvwin_wch(window, row, column, &cell) == ERR) return -1;
    if (getcchar(&cell, buffer, attributes, &unused, pair) == ERR) return -1;
    // ncurses numbers the halves of a wide cell in the character bits of `attr`: 1, then 2.
    if ((cell.attr & A_CHARTEXT) > 1) return 0;
    int width = wcwidth(buffer[0]);
    return width < 1 ? 1 : width;
}

int ccurses_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int ccurses_event_counter(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

int ccurses_process_descriptor(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

bool ccurses_window_size(int descriptor, int *rows, int *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == -1) return false;
    if (size.ws_row == 0 || size.ws_col == 0) return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return true;
}
