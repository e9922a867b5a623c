#pragma once
// The one KSyntaxHighlighting::Repository of a QML engine: made (7 ms) at the first code block, shared by all.
#include <KSyntaxHighlighting/Repository>

#include <QObject>
#include <qqmlregistration.h>

namespace corral::ui {

class HighlightRepository : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    using QObject::QObject;
    const KSyntaxHighlighting::Repository& repository() const { return m_repository; }

private:
    KSyntaxHighlighting::Repository m_repository;
};

} // namespace corral::ui
