#include "app/cli/interrupt.h"

#include <csignal>
#include <cstdlib>

namespace corral::cli {

namespace {

volatile std::sig_atomic_t interrupts = 0; // a signal handler can reach nothing but a global

extern "C" void onInterrupt(int)
{
    interrupts = interrupts + 1;
    if (interrupts >= 2) std::_Exit(130);
#ifdef _WIN32
    std::signal(SIGINT, onInterrupt);
#endif
}

} // namespace

void catchInterrupts()
{
#ifdef _WIN32
    std::signal(SIGINT, onInterrupt);
#else
    struct sigaction action {};
    action.sa_handler = onInterrupt; // no SA_RESTART: a waiting read returns
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr); // as whatever manages services asks
#endif
}

bool interrupted() { return interrupts > 0; }
void clearInterrupts() { interrupts = 0; }

} // namespace corral::cli
