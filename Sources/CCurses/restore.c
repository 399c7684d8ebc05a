#define _GNU_SOURCE
#include "CCurses.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

// Everything here up to ccurses_restore_arm runs in a process that is already broken: system
// calls only, no memory, no locks.

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { fatal_count = sizeof fatal / sizeof fatal[0] };

static struct sigaction former[fatal_count];
static ccurses_restoration armed;
static volatile sig_atomic_t is_armed = 0;
static char crash_stack[64 * 1024];

static void write_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        length -= (size_t)written;
    }
}

/// Prints what was kept of standard error, the message of the crash above all.
static void give_back_errors(void) {
    if (armed.kept_errors < 0 || armed.true_errors < 0) return;
    dup2(armed.true_errors, armed.errors);
    char block[4096];
    off_t offset = 0;
    ssize_t count;
    while ((count = pread(armed.kept_errors, block, sizeof block, offset)) > 0) {
        write_all(armed.errors, block, (size_t)count);
        offset += count;
    }
}

static void restore(void) {
    if (!is_armed) return;
    is_armed = 0;
    write_all(armed.output, armed.bytes, armed.length);
    tcsetattr(armed.input, TCSANOW, &armed.modes);
    give_back_errors();
}

static void restore_and_hand_on(int number, siginfo_t *cause, void *context) {
    (void)context;
    restore();
    for (int i = 0; i < fatal_count; i++) {
        if (fatal[i] == number) sigaction(number, &former[i], NULL);
    }
    // A fault comes again by itself, with its own address, when its instruction is repeated.
    bool repeats = cause->si_code > 0 && number != SIGTRAP && number != SIGABRT;
    if (!repeats) raise(number);
}

static void use_own_stack(void) {
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && !(present.ss_flags & SS_DISABLE)) return;
    stack_t own = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    sigaltstack(&own, NULL);
}

static void install(void) {
    use_own_stack();
    struct sigaction action = {.sa_sigaction = restore_and_hand_on};
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &former[i]);
    static bool is_at_exit = false;
    if (!is_at_exit) atexit(restore);
    is_at_exit = true;
}

void ccurses_restore_arm(const ccurses_restoration *restoration) {
    ccurses_restore_disarm();
    armed = *restoration;
    install();
    is_armed = 1;
}

void ccurses_restore_disarm(void) {
    if (!is_armed) return;
    is_armed = 0;
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &former[i], NULL);
}
