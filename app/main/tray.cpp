#include "app/main/tray.h"

#include "app/serving/serve_controller.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QQuickWindow>

#include <chrono>
#include <utility>

namespace corral::app {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 5s;

// A tray has a colour of its own, which nobody tells: the icon is a shape in a colour that stands on light and dark, and says by a dot that the server is on.
QIcon trayIcon(bool on)
{
    QIcon icon;
    for (const int size : {16, 22, 24, 32, 48, 64}) {
        QPixmap image(size, size);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        const double unit = size / 16.0;
        painter.setPen(Qt::NoPen);
        painter.setBrush(on ? QColor(0x3d, 0xae, 0xe9) : QColor(0x8e, 0x96, 0x9e));
        for (const double top : {2.0, 8.75}) painter.drawRoundedRect(QRectF(1.5 * unit, top * unit, 13 * unit, 5.25 * unit), 1.25 * unit, 1.25 * unit);
        painter.setBrush(Qt::white);
        for (const double middle : {4.625, 11.375}) painter.drawEllipse(QPointF(4.5 * unit, middle * unit), 1.1 * unit, 1.1 * unit);
        if (on) {
            painter.setBrush(Qt::white);
            painter.drawEllipse(QPointF(12.5 * unit, 12.5 * unit), 3.4 * unit, 3.4 * unit);
            painter.setBrush(QColor(0x27, 0xae, 0x60));
            painter.drawEllipse(QPointF(12.5 * unit, 12.5 * unit), 2.5 * unit, 2.5 * unit);
        }
        icon.addPixmap(image);
    }
    return icon;
}

} // namespace

Tray::Tray(QQuickWindow& window, ServeController& serving, std::function<bool()> isThere, QObject* parent)
    : QObject(parent), m_window(window), m_serving(serving), m_isThere(std::move(isThere)), m_show(m_menu.addAction(tr("Show the window"), this, &Tray::showWindow)),
      m_switch(m_menu.addAction(QString(), this, [this] { m_serving.active() ? m_serving.stop() : m_serving.start(); })),
      m_copy(m_menu.addAction(tr("Copy the address"), this, [this] { QApplication::clipboard()->setText(m_serving.address()); })), m_on(trayIcon(true)),
      m_off(trayIcon(false))
{
    m_menu.addSeparator();
    m_menu.addAction(tr("Quit"), this, &Tray::quit);
    m_icon.setContextMenu(&m_menu);
    m_icon.setIcon(m_off);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick) showWindow();
    });
    connect(&serving, &ServeController::stateChanged, this, &Tray::update);
    connect(&serving, &ServeController::choicesChanged, this, &Tray::update);
    connect(&serving, &ServeController::closingChanged, this, &Tray::update);
    connect(&serving, &ServeController::seen, this, &Tray::update);
    connect(&serving, &ServeController::ended, this, [this](const QString& sentence) {
        if (!m_window.isVisible()) m_icon.showMessage(QApplication::applicationDisplayName(), sentence, QSystemTrayIcon::Warning);
    });
    connect(&window, &QQuickWindow::visibleChanged, this, &Tray::update);
    m_watch.setInterval(kLookEvery);
    connect(&m_watch, &QTimer::timeout, this, &Tray::update);
    update();
}

void Tray::update()
{
    const bool exists = m_isThere(); // it may come later than this program, or go
    m_window.setProperty("canHide", exists);
    m_wasSeen = m_wasSeen || m_window.isVisible();
    if (!exists && m_wasSeen && !m_window.isVisible()) return showWindow(); // nothing else would bring it back
    const bool running = m_serving.state() == ServeController::Running && !m_serving.recovering();
    m_switch->setText(m_serving.active() ? tr("Stop the server") : tr("Start the server"));
    m_switch->setEnabled(m_serving.canStart() || m_serving.state() == ServeController::Running || m_serving.state() == ServeController::Loading);
    m_copy->setEnabled(running);
    if (std::exchange(m_isOn, running) != running) m_icon.setIcon(running ? m_on : m_off);
    QString tip = m_serving.stateText();
    if (running) tip += u'\n' + m_serving.address() + u'\n' + tr("Slots at work: %1").arg(m_serving.slotsText());
    if (tip != m_icon.toolTip()) m_icon.setToolTip(tip);
    const bool wanted = m_serving.active() || !m_window.isVisible() || m_serving.closing() == ServeController::KeepRunning;
    m_icon.setVisible(exists && wanted);
    m_serving.setInTray(m_icon.isVisible());
    if (m_window.isVisible()) m_watch.stop();
    else if (!m_watch.isActive()) m_watch.start();
}

void Tray::showWindow()
{
    m_window.show();
    if (m_window.windowStates() & Qt::WindowMinimized) m_window.showNormal();
    m_window.raise();
    m_window.requestActivate();
}

// Whatever the window would ask: who says quit here means it.
void Tray::quit()
{
    m_window.setProperty("leaving", true);
    QApplication::exit(0);
}

} // namespace corral::app
