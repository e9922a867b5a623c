#include "core/hub/part_writer.h"

#include <QThreadPool>

#include <chrono>
#include <utility>

namespace corral::hub {

constexpr qint64 kSaveEvery = 250; // ms; a crash loses no more, if the disk is quick
constexpr qint64 kSaveShare = 10;  // saving may take a tenth of the time

PartWriter::PartWriter(std::function<void()> notify) : m_notify(std::move(notify)), m_thread([this](std::stop_token stop) { run(stop); }) {}

PartWriter::~PartWriter()
{
    m_opening.request_stop();
    m_thread.request_stop();
    m_thread.join();
}

void PartWriter::letGo(std::unique_ptr<PartWriter> writer)
{
    {
        const std::lock_guard lock(writer->m_mutex);
        writer->m_notify = nullptr;
    }
    QThreadPool::globalInstance()->start([last = std::shared_ptr<PartWriter>(std::move(writer))]() mutable { last.reset(); });
}

qint64 PartWriter::now() const { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void PartWriter::add(Step step)
{
    {
        const std::lock_guard lock(m_mutex);
        m_steps.push_back(std::move(step));
    }
    m_wake.notify_one();
}

void PartWriter::tell(const std::function<void(News&)>& change)
{
    const std::lock_guard lock(m_mutex);
    change(m_news);
    if (!std::exchange(m_notified, true) && m_notify) m_notify();
}

PartWriter::News PartWriter::take()
{
    const std::lock_guard lock(m_mutex);
    m_notified = false;
    return std::exchange(m_news, {});
}

void PartWriter::open(PartOrder order)
{
    m_opening = std::stop_source();
    add([this, order = std::move(order), stop = m_opening.get_token()]() -> Outcome<void> {
        m_finishing = false;
        m_part.reset();
        auto part = PartFile::open(order, stop);
        if (stop.stop_requested()) return {};
        if (!part) return std::unexpected(part.error());
        m_part = std::move(*part);
        m_nextSave = now() + kSaveEvery;
        tell([&](News& news) { news.opened = {.whole = m_part->whole(), .there = m_part->there(), .size = m_part->size(), .etag = m_part->etag(), .sha256 = m_part->sha256()}; });
        return {};
    });
}

void PartWriter::setFacts(PartFacts facts)
{
    add([this, facts = std::move(facts)] { return m_part ? m_part->setFacts(facts) : Outcome<void>(); });
}

void PartWriter::write(qint64 offset, const QByteArray& bytes)
{
    add([this, offset, bytes]() -> Outcome<void> {
        tell([&](News& news) { news.written += bytes.size(); });
        return m_part ? m_part->write(offset, bytes) : Outcome<void>();
    });
}

void PartWriter::restart()
{
    add([this]() -> Outcome<void> {
        m_finishing = false;
        return m_part ? m_part->restart() : Outcome<void>();
    });
}

void PartWriter::finish()
{
    add([this]() -> Outcome<void> {
        m_finishing = m_part != nullptr;
        return {};
    });
}

void PartWriter::close()
{
    m_opening.request_stop();
    add([this]() -> Outcome<void> {
        m_finishing = false;
        m_part.reset();
        return {};
    });
}

void PartWriter::remove(PartOrder order)
{
    m_opening.request_stop();
    add([this, order = std::move(order)]() -> Outcome<void> {
        m_finishing = false;
        if (m_part) m_part->remove();
        else PartFile::discard(order);
        m_part.reset();
        return {};
    });
}

void PartWriter::failed(const DownloadFailure& failure)
{
    m_finishing = false;
    m_part.reset();
    tell([&](News& news) { news.failure = failure; });
}

void PartWriter::saveIfDue()
{
    if (!m_part || !m_part->dirty() || now() < m_nextSave) return;
    const qint64 start = now();
    const auto saved = m_part->save();
    m_nextSave = now() + std::max(kSaveEvery, kSaveShare * (now() - start));
    if (!saved) failed(saved.error());
}

void PartWriter::conclude()
{
    const auto finished = m_part->finish();
    if (!finished) return failed(finished.error());
    m_finishing = false;
    if (!*finished) {
        if (const auto restarted = m_part->restart(); !restarted) return failed(restarted.error());
        return tell([](News& news) { news.wrongSum = true; });
    }
    m_part.reset();
    tell([](News& news) { news.finished = true; });
}

bool PartWriter::idle()
{
    if (!m_part) return false;
    const auto hashed = m_part->hashSome();
    if (!hashed) failed(hashed.error());
    else if (!*hashed && m_finishing) conclude();
    return m_part && *hashed;
}

void PartWriter::run(std::stop_token stop)
{
    for (;;) {
        Step step;
        {
            std::unique_lock lock(m_mutex);
            if (m_steps.empty() && stop.stop_requested()) break;
            if (!m_steps.empty()) {
                step = std::move(m_steps.front());
                m_steps.pop_front();
            }
        }
        if (step) {
            if (const auto done = step(); !done) failed(done.error());
            saveIfDue();
            continue;
        }
        if (idle()) continue;
        saveIfDue();
        std::unique_lock lock(m_mutex);
        const auto told = [this] { return !m_steps.empty(); };
        if (m_part && m_part->dirty()) m_wake.wait_for(lock, stop, std::chrono::milliseconds(std::max<qint64>(1, m_nextSave - now())), told);
        else m_wake.wait(lock, stop, told);
    }
    m_part.reset(); // saves
}

} // namespace corral::hub
