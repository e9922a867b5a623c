#pragma once
// The system's fixed-width font, which Kirigami.Theme does not offer in all versions: SystemFonts.fixed.
#include <QFont>
#include <QFontDatabase>
#include <QObject>
#include <qqmlregistration.h>

namespace corral::ui {

class SystemFonts : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(QFont fixed READ fixed CONSTANT)

public:
    using QObject::QObject;
    QFont fixed() const { return QFontDatabase::systemFont(QFontDatabase::FixedFont); }
};

} // namespace corral::ui
