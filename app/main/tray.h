#pragma once
// The icon in the system tray: whether the server is on, start and stop, its address, and the way back to a hidden window. Shown while the server is
// active, while the window is hidden, and always if the server is to be kept on when the window is closed. Without a tray nothing happens.
#include <QIcon>
#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>

#include <functional>

class QQuickWindow;

namespace corral::app {

class ServeController;

class Tray : public QObject {
    Q_OBJECT

public:
    // isThere: whether the desktop has a tray; it may come and go.
    Tray(QQuickWindow& window, ServeController& serving, std::function<bool()> isThere = &QSystemTrayIcon::isSystemTrayAvailable, QObject* parent = nullptr);

    const QSystemTrayIcon& icon() const { return m_icon; }

private:
    void update();
    void showWindow();
    void quit();

    QQuickWindow& m_window;
    ServeController& m_serving;
    const std::function<bool()> m_isThere;
    QMenu m_menu;
    QAction *m_show, *m_switch, *m_copy;
    QSystemTrayIcon m_icon;
    QIcon m_on, m_off;
    bool m_isOn = false, m_wasSeen = false;
    QTimer m_watch; // while the window is hidden: the tray may go
};

} // namespace corral::app
