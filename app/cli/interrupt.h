#pragma once
// Ctrl-C (and SIGTERM): the first one asks what is running to stop, the second one before that has happened ends the program (status 130).
namespace corral::cli {

void catchInterrupts();     // from now on; reading from the terminal is interrupted too
bool interrupted();         // since the last clearInterrupts()
void clearInterrupts();     // what was asked to stop has stopped

} // namespace corral::cli
