#include "core/generate/stop_filter.h"

#include <algorithm>

namespace corral::generate {

StopFilter::StopFilter(std::vector<std::string> stops) : m_stops(std::move(stops))
{
    std::erase_if(m_stops, [](const std::string& s) { return s.empty(); });
}

std::string StopFilter::push(std::string_view text)
{
    if (!m_matched.empty()) return {};
    m_held += text;
    // The earliest stop string wins; of two at the same place the longer one, so that the result does not depend on their order.
    std::size_t at = std::string::npos;
    for (const std::string& stop : m_stops) {
        const std::size_t found = m_held.find(stop);
        if (found == std::string::npos) continue;
        if (found < at || (found == at && stop.size() > m_matched.size())) {
            at = found;
            m_matched = stop;
        }
    }
    if (at != std::string::npos) {
        std::string before = m_held.substr(0, at);
        m_held.clear();
        return before;
    }
    // The longest end of the text that is a proper beginning of a stop string stays.
    std::size_t keep = 0;
    for (const std::string& stop : m_stops)
        for (std::size_t n = std::min(stop.size() - 1, m_held.size()); n > keep; --n)
            if (m_held.ends_with(std::string_view(stop).substr(0, n))) keep = n;
    std::string safe = m_held.substr(0, m_held.size() - keep);
    m_held.erase(0, safe.size());
    return safe;
}

std::string StopFilter::flush()
{
    std::string rest;
    rest.swap(m_held);
    return rest;
}

} // namespace corral::generate
