#pragma once
// QML has no clipboard of its own: Clipboard.copy(text), Clipboard.text().
#include <QClipboard>
#include <QGuiApplication>
#include <QObject>
#include <qqmlregistration.h>

namespace corral::ui {

class Clipboard : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    using QObject::QObject;
    Q_INVOKABLE QString text() const { return QGuiApplication::clipboard()->text(); }
    Q_INVOKABLE void copy(const QString& text) const { QGuiApplication::clipboard()->setText(text); }
};

} // namespace corral::ui
