#ifndef CCURSES_H
#define CCURSES_H

// ncursesw as Swift can see it: functions instead of macros and mutable globals, and the few
// pieces of a terminal program that must run inside a signal handler.

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// ---- Locale and widths ---------------------------------------------------------------------

/// Takes the character set from the environment, or C.UTF-8 where that one is not UTF-8.
/// Returns whether the environment's own was.
bool ccurses_use_locale(void);

/// Columns of a scalar as the C library's wcwidth has it; -1 for one that cannot be printed.
int ccurses_scalar_width(uint32_t scalar);

// ---- Globals and macros --------------------------------------------------------------------

static inline WINDOW *_Nullable ccurses_stdscr(void) { return stdscr; }
static inline WINDOW *_Nullable ccurses_newscr(void) { return newscr; }
static inline WINDOW *_Nullable ccurses_curscr(void) { return curscr; }
static inline int ccurses_colors(void) { return COLORS; }
static inline int ccurses_color_pairs(void) { return COLOR_PAIRS; }

static inline attr_t ccurses_bold(void) { return A_BOLD; }
static inline attr_t ccurses_dim(void) { return A_DIM; }
static inline attr_t ccurses_underline(void) { return A_UNDERLINE; }
static inline attr_t ccurses_reverse(void) { return A_REVERSE; }
static inline attr_t ccurses_italic(void) { return A_ITALIC; }

/// Whether the terminal database has an entry of this name, usable or not.
bool ccurses_knows_type(const char *_Nonnull type, int descriptor);

/// The terminal's string capability of this name; NULL where it has none.
const char *_Nullable ccurses_capability(const char *_Nonnull name);

/// Fills a cell: text ends with 0 and holds a spacing scalar and at most four marks.
int ccurses_set_cell(
    cchar_t *_Nonnull cell, const wchar_t *_Nonnull text, attr_t attributes, int pair);

/// Writes cells into a row from its left edge; what does not fit is left out.
int ccurses_put_row(
    WINDOW *_Nonnull window, int row, const cchar_t *_Nonnull cells, int count);

/// Reads the text of the cell at a place into buffer, which holds at least 6 wide characters;
/// returns the columns it covers, 0 for the right half of a wide cell, and -1 outside.
int ccurses_read_cell(
    WINDOW *_Nonnull window, int row, int column, wchar_t *_Nonnull buffer,
    attr_t *_Nonnull attributes, int *_Nonnull pair);

// ---- Descriptors ---------------------------------------------------------------------------

/// A file that exists only in memory, closed on exec; -1 on failure.
int ccurses_memory_file(const char *_Nonnull name);

/// A non-blocking event counter that poll can wait for, closed on exec; -1 on failure.
int ccurses_event_counter(void);

/// A descriptor that can be read from when a process has ended (pidfd_open); −1 on old kernels.
int ccurses_process_descriptor(int process);

/// The window size the kernel knows; false where it knows none.
bool ccurses_window_size(int descriptor, int *_Nonnull rows, int *_Nonnull columns);

// ---- Signals -------------------------------------------------------------------------------

/// Lets TERM, HUP, INT, QUIT, TSTP, CONT and WINCH write their number, one byte each, to a pipe.
/// HUP, INT and QUIT stay ignored where the parent ignores them.
void ccurses_signals_watch(int pipe);

/// Puts back what was there before ccurses_signals_watch.
void ccurses_signals_release(void);

/// While a child has the terminal: INT and QUIT are its business, and TSTP stops us as well.
void ccurses_signals_lend(bool lent);

/// Stops the process group as Ctrl-Z does, and returns once somebody continues it.
void ccurses_signals_stop(void);

// ---- Restoring the terminal in a crash -----------------------------------------------------

/// What a crash writes and sets before the process dies.
typedef struct {
    int input;
    int output;
    struct termios modes;
    const char *_Nullable bytes;  // leaves the alternate screen; must stay valid while armed
    size_t length;
    int errors;        // the descriptor of standard error
    int kept_errors;   // memory file that stands in for standard error, or -1
    int true_errors;   // where standard error leads otherwise, or -1
} ccurses_restoration;

/// Remembers what to do; from now on SEGV, BUS, ILL, TRAP, FPE, ABRT and exit do it, then hand on.
void ccurses_restore_arm(const ccurses_restoration *_Nonnull restoration);

/// The terminal has been restored in the ordinary way: signals go where they went before.
void ccurses_restore_disarm(void);

#endif
