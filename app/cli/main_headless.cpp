// The program of a build without the window.
#include "app/cli/cli.h"

int main(int argc, char** argv) { return corral::cli::run(argc, argv, {}); }
