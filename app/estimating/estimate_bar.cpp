#include "app/estimating/estimate_bar.h"

#include "app/estimating/quantity_words.h"
#include "app/text/sentences.h"
#include "core/memory/quantity.h"

#include <algorithm>

namespace corral::app {

namespace {

constexpr std::uint64_t kMost = std::uint64_t(1) << 62; // what the locale's texts can say

} // namespace

void EstimateBar::show(const Content& content)
{
    if (content == m_content) return;
    m_content = content;
    QList<QuantityRow> rows;
    const auto own = [&](const char* id, Kind kind, std::uint64_t bytes) {
        memory::Quantity quantity;
        quantity.id = id;
        quantity.bytes = bytes;
        if (bytes > 0) rows.append(rowOf(quantity, kind));
    };
    own("device.used", InUse, inUse());
    rows += content.segments;
    own("device.reserve", Reserve, content.reserve);
    m_segments.show(rows, std::max(content.capacity, filled()));
    emit changed();
}

std::uint64_t EstimateBar::inUse() const { return m_content.free > 0 ? m_content.capacity - std::min(m_content.free, m_content.capacity) : 0; }

std::uint64_t EstimateBar::total() const
{
    std::uint64_t bytes = 0;
    for (const QuantityRow& row : m_content.segments) bytes = memory::sum({bytes, row.bytes});
    return std::min(bytes, kMost);
}

std::uint64_t EstimateBar::filled() const { return memory::sum({inUse(), total(), m_content.reserve}); }

std::uint64_t EstimateBar::excess() const { return m_content.capacity > 0 && filled() > m_content.capacity ? filled() - m_content.capacity : 0; }

std::uint64_t EstimateBar::left() const { return m_content.capacity > filled() ? m_content.capacity - filled() : 0; }

QString EstimateBar::totalText() const { return sizeText(qint64(total())); }
QString EstimateBar::totalDetail() const { return sizeDetail(qint64(total())); }

QString EstimateBar::capacityText() const { return m_content.capacity > 0 ? tr("of %1", "size").arg(sizeText(qint64(m_content.capacity))) : QString(); }

QString EstimateBar::verdict() const
{
    if (m_content.capacity == 0) return {};
    return over() ? tr("%1 too much").arg(sizeText(qint64(excess()))) : tr("%1 stay free").arg(sizeText(qint64(left())));
}

double EstimateBar::limit() const { return over() ? double(m_content.capacity) / double(filled()) : 1; }

} // namespace corral::app
