#pragma once
// One device's memory as a stacked bar: what is in use, what the model would take, and where the device ends.
#include "app/estimating/quantity_list_model.h"

#include <QObject>

namespace corral::app {

class EstimateBar : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("EstimateController::bars")

public:
    enum Kind { InUse, Weights, Cache, Compute, Output, Program, Reserve, Adapters, Gradients, Optimizer, Activations, Logits, Overhead };
    Q_ENUM(Kind)

private:
    Q_PROPERTY(QString name READ name NOTIFY changed)                 // "Main memory"
    Q_PROPERTY(QString note READ note NOTIFY changed)                 // "13 of 25 layers"; "": nothing
    Q_PROPERTY(QString totalText READ totalText NOTIFY changed)       // "3.2 GB": what the model takes of it
    Q_PROPERTY(QString totalDetail READ totalDetail NOTIFY changed)   // "3.0 GiB"
    Q_PROPERTY(QString capacityText READ capacityText NOTIFY changed) // "of 16.8 GB"; "": not known
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed)           // "12.3 GB stay free", "1.2 GB too much"
    Q_PROPERTY(bool over READ over NOTIFY changed)                    // more than the device has
    Q_PROPERTY(double limit READ limit NOTIFY changed)                // where the device ends, 0 … 1 of the bar; 1: at its end
    Q_PROPERTY(corral::app::QuantityListModel* segments READ segments CONSTANT)

public:
    using QObject::QObject;

    struct Content {
        QString name, note;
        std::uint64_t capacity = 0, free = 0; // 0: not known
        std::uint64_t reserve = 0;            // to stay free
        QList<QuantityRow> segments;          // of the model, in their order
        bool operator==(const Content&) const = default;
    };
    void show(const Content& content);

    QString name() const { return m_content.name; }
    QString note() const { return m_content.note; }
    QString totalText() const;
    QString totalDetail() const;
    QString capacityText() const;
    QString verdict() const;
    bool over() const { return excess() > 0; }
    double limit() const;
    QuantityListModel* segments() { return &m_segments; }

    std::uint64_t total() const;  // of the model
    std::uint64_t excess() const; // bytes that the device does not have
    std::uint64_t left() const;   // bytes that stay free
    const Content& content() const { return m_content; }

signals:
    void changed();

private:
    std::uint64_t inUse() const;
    std::uint64_t filled() const; // all segments

    Content m_content;
    QuantityListModel m_segments;
};

} // namespace corral::app
