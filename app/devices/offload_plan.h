#pragma once
// What becomes of a wish for GPU layers, before a model is loaded so: how many there would be, and what they and the rest take of each memory. As long as
// somebody looks: the cards are looked for, the model's header is read on a worker thread, and an account is computed on every change, in less than a millisecond.
#include "app/devices/device_list_model.h"
#include "app/estimating/estimate_bar.h"
#include "app/estimating/estimate_reader.h"
#include "core/generate/placement.h"
#include "core/memory/account.h"

#include <QList>
#include <QObject>
#include <QQmlEngine>
#include <QThreadPool>

#include <memory>
#include <optional>
#include <vector>

namespace corral::app {

struct OffloadAsk {
    QString model;                    // its path; empty: none
    generate::SessionOptions options; // what it would be loaded with
    int sequences = 1;                // each with a context of its own
    generate::Placement present = {}; // what lies on the cards for it now, and would go
};

class OffloadPlan : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `offload`")

public:
    enum Card { NotLooked, NoCard, HasCard };
    Q_ENUM(Card)

private:
    Q_PROPERTY(bool watched READ watched WRITE setWatched NOTIFY watchedChanged) // somebody looks
    Q_PROPERTY(Card card READ card NOTIFY changed)
    Q_PROPERTY(bool automatic READ automatic NOTIFY changed)
    Q_PROPERTY(bool hasModel READ hasModel NOTIFY changed)    // one whose layers are known, or will be in a moment
    Q_PROPERTY(int layers READ layers NOTIFY changed)         // on cards, the output counted; of an automatic choice as it would turn out
    Q_PROPERTY(int mostLayers READ mostLayers NOTIFY changed) // all there are; 0: the model is not known (yet)
    Q_PROPERTY(QString summary READ summary NOTIFY changed)   // a sentence: who computes what
    Q_PROPERTY(QString caution READ caution NOTIFY changed)   // the choice asks for more than there is; "": it fits
    Q_PROPERTY(QString totalText READ totalText NOTIFY changed) // of all memories together: "3.2 GB"; "": not known
    Q_PROPERTY(bool hasHostBar READ hasHostBar NOTIFY changed)  // what the model takes is known
    Q_PROPERTY(corral::app::EstimateBar* hostBar READ hostBar CONSTANT)
    Q_PROPERTY(QList<corral::app::EstimateBar*> cardBars READ cardBars NOTIFY cardBarsChanged) // of each card that layers would go to; empty: not known, or there is none

public:
    OffloadPlan(DeviceListModel& devices, EstimateReader reader, QObject* parent = nullptr);
    ~OffloadPlan() override;

    void ask(const OffloadAsk& ask);
    // The wish that so many layers are, as the settings keep it: "all" if there are no more, so that it stays right for another model.
    Q_INVOKABLE QString wishFor(int layers) const;

    bool watched() const { return m_watched; }
    void setWatched(bool watched);
    Card card() const;
    bool automatic() const { return m_ask.options.offload.layers == generate::Offload::kAuto; }
    bool hasModel() const { return !m_ask.model.isEmpty() && !m_unreadable; }
    int layers() const;
    int mostLayers() const { return m_model ? m_model->placeableLayers() : 0; }
    QString summary() const;
    QString caution() const;
    QString totalText() const;
    bool hasHostBar() const { return m_account.has_value(); }
    EstimateBar* hostBar() { return &m_hostBar; }
    QList<EstimateBar*> cardBars() const { return m_cardBars.first(m_shownBars); }

signals:
    void changed();
    void cardBarsChanged();
    void watchedChanged();

private:
    const vulkan::DeviceInfo* infoOf(const generate::Card& card) const;
    void chooseCards(); // those that layers would go to
    void lookAtCards();
    void readModel();
    const generate::ModelBytes* modelBytes(); // nullptr: only the account can tell
    bool computesAll() const { return layers() >= mostLayers(); }
    QString names() const; // of the cards
    void compute();
    void showBars();

    DeviceListModel& m_devices;
    const EstimateReader m_reader;
    OffloadAsk m_ask;
    bool m_watched = false;
    bool m_stale = false; // what is free on the cards has changed since they were looked at
    QString m_readPath; // of the model that was, or is being read
    bool m_unreadable = false;
    quint64 m_generation = 0;
    std::shared_ptr<const gguf::File> m_file;
    std::unique_ptr<memory::ModelMemory> m_model;
    OffloadAsk m_bytesOf; // what the next is of
    std::optional<Result<generate::ModelBytes>> m_bytes;
    std::optional<memory::Account> m_account;
    std::vector<generate::Card> m_cards; // that layers would go to
    bool m_leftAlone = false;            // by an automatic choice: a part of the processor
    int m_tooLarge = 0;                  // layers that were wished for (by an automatic choice: all), but are too large for a card in one piece
    EstimateBar m_hostBar;
    QList<EstimateBar*> m_cardBars; // children; they stay when there are fewer cards
    qsizetype m_shownBars = 0;
    QThreadPool m_worker;
};

} // namespace corral::app
