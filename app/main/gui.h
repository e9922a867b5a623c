#pragma once
// The window.

namespace corral::app {

// argv as main() has it. Options: a model file; --fake-engine, --screenshots DIR, --scheme light|dark, --lang zh_CN.
int runGui(int argc, char** argv);

} // namespace corral::app
