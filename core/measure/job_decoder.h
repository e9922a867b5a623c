#pragma once
// Runs tokens through sessions as part of a job: waits while it is paused, ends when it is cancelled, tells how far it is.
#include "core/generate/session.h"
#include "core/measure/progress_meter.h"

#include <span>

namespace corral::measure {

class JobDecoder {
public:
    // total: tokens of all chunks, over all sessions.
    JobDecoder(Job& job, const ProgressFn& progress, std::uint64_t total, int chunks) : m_job(job), m_meter(progress, total, chunks) {}

    Result<std::span<const float>> decode(generate::Session& session, std::span<const generate::Token> tokens, generate::Session::Logits logits)
    {
        if (!m_job.proceed()) return fail(ErrorCode::Cancelled, "stopped");
        auto rows = session.decode(tokens, logits, m_job.stopToken());
        if (rows) m_meter.add(tokens.size());
        return rows;
    }
    void endChunk() { m_meter.endChunk(); }
    double seconds() const { return m_meter.seconds(); } // since the start

private:
    Job& m_job;
    ProgressMeter m_meter;
};

} // namespace corral::measure
