#define _GNU_SOURCE
#include "CCurses.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static const int watched[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
enum { watched_count = sizeof watched / sizeof watched[0] };

static struct sigaction former[watched_count];
static volatile sig_atomic_t pipe_end = -1;
static volatile sig_atomic_t is_lent = 0;

static void tell_the_loop(int number) {
    if (is_lent && (number == SIGINT || number == SIGQUIT)) return;
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(pipe_end, &byte, 1);
    (void)ignored;
    errno = saved;
}

static void set_handler(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a write to a stalled terminal must return, so that TERM can end the program.
    sigaction(number, &action, NULL);
}

static bool may_be_ignored(int number) {
    return number == SIGHUP || number == SIGINT || number == SIGQUIT;
}

void ccurses_signals_watch(int pipe) {
    pipe_end = pipe;
    is_lent = 0;
    for (int i = 0; i < watched_count; i++) {
        sigaction(watched[i], NULL, &former[i]);
        if (may_be_ignored(watched[i]) && former[i].sa_handler == SIG_IGN) continue;
        set_handler(watched[i], tell_the_loop);
    }
}

void ccurses_signals_release(void) {
    for (int i = 0; i < watched_count; i++) sigaction(watched[i], &former[i], NULL);
    pipe_end = -1;
}

void ccurses_signals_lend(bool lent) {
    is_lent = lent;
    set_handler(SIGTSTP, lent ? SIG_DFL : tell_the_loop);
}

void ccurses_signals_stop(void) {
    // The others of the group first, then ourselves by `raise`: that one returns only after we
    // have been stopped and continued, while `kill` may return before.
    set_handler(SIGTSTP, SIG_IGN);
    kill(0, SIGTSTP);
    set_handler(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    set_handler(SIGTSTP, tell_the_loop);
}
