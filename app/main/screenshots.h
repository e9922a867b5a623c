#pragma once
#include <QString>

class QQuickWindow;

namespace corral::app {

class Application;
struct DemoConversations;
class ScriptedDevices;

// Every page in its states, at three sizes, light and dark, as DIR/STATE-WIDTHxHEIGHT-SCHEME.png; with `only`, the states whose name starts
// with it. Needs the scripted engine.
// 0 if all were written.
int takeScreenshots(QQuickWindow& window, Application& corral, const DemoConversations& demo, ScriptedDevices cards, const QString& folder, const QString& only = {});

} // namespace corral::app
