#pragma once

namespace corral::app {

// Becomes the window's program, corral-window, which lies beside this one, with the same arguments: this one links no pixels, so that the terminal's
// verbs and the server start fast and where there is no display. Returns only if that is not there (1, after saying so), or, where programs cannot
// be replaced, when the window has been closed.
int becomeWindow(int argc, char** argv);

} // namespace corral::app
