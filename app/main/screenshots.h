#pragma once
class QQuickWindow;
class QString;

namespace corral::app {

class Application;
struct DemoConversations;

// Every page in its states, at three sizes, light and dark, as DIR/STATE-WIDTHxHEIGHT-SCHEME.png. Needs the scripted engine.
// 0 if all were written.
int takeScreenshots(QQuickWindow& window, Application& corral, const DemoConversations& demo, const QString& folder);

} // namespace corral::app
