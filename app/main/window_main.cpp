// corral-window: what corral becomes when the window is to be shown.
#include "app/main/gui.h"

int main(int argc, char** argv) { return corral::app::runGui(argc, argv); }
