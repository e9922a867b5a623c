#include "app/shelf/check.h"

#include "core/base/direct_reader.h"
#include "core/base/sha256.h"
#include "core/gguf/file.h"

#include <algorithm>
#include <chrono>

namespace corral::shelf {

namespace {

constexpr std::size_t kPiece = std::size_t(4) << 20; // bytes

class Reading {
public:
    Reading(const Model& model, Job& job, const ProgressFn& progress) : m_job(job), m_progress(progress)
    {
        m_state.total = model.bytes();
        m_state.steps = static_cast<int>(model.files.size());
    }

    Result<std::string> sumOf(const File& file)
    {
        const auto mapped = MappedFile::open(file.path);
        if (!mapped) return std::unexpected(mapped.error());
        const std::uint64_t size = (*mapped)->bytes().size();
        m_state.name = file.path.filename().string();
        DirectReader reader(**mapped);
        Sha256 sum;
        for (std::uint64_t at = 0; at < size; at += kPiece) {
            if (!m_job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
            const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - at));
            m_buffer.resize(count);
            if (auto read = reader.read(at, m_buffer); !read) return std::unexpected(read.error());
            sum.add(m_buffer);
            m_state.done += count;
            tell(false);
        }
        ++m_state.step;
        tell(true);
        return sum.hex();
    }

private:
    void tell(bool always)
    {
        constexpr auto kPause = std::chrono::milliseconds(33);
        const auto now = std::chrono::steady_clock::now();
        if (!m_progress || (!always && now - m_told < kPause)) return;
        m_told = now;
        m_progress(m_state);
    }

    Job& m_job;
    const ProgressFn& m_progress;
    Progress m_state;
    std::vector<std::byte> m_buffer;
    std::chrono::steady_clock::time_point m_told;
};

} // namespace

Result<Verdict> check(const Model& model, const KnownSums& sums, Job& job, const ProgressFn& progress)
{
    if (!model.missing.empty()) {
        std::string names;
        for (const std::string& name : model.missing) names += (names.empty() ? "" : ", ") + name;
        return fail(ErrorCode::NotFound, "missing: {}", names);
    }
    if (const auto file = gguf::File::open(model.path()); !file) return std::unexpected(file.error());

    Verdict verdict{.basis = Verdict::Basis::Sums, .sha256 = {}};
    Reading reading(model, job, progress);
    for (const File& file : model.files) {
        const KnownSum* known = sums.find(file);
        const std::string expected = !file.sha256.empty() ? file.sha256 : known ? known->sha256 : std::string();
        auto sum = reading.sumOf(file);
        if (!sum) return std::unexpected(sum.error());
        if (!expected.empty() && *sum != expected)
            return fail(ErrorCode::Format, "{}: its SHA-256 is {}, it should be {}", file.path.filename().string(), *sum, expected);
        const auto basis = expected.empty() ? Verdict::Basis::Structure : !file.sha256.empty() || known->fromHub() ? Verdict::Basis::Sums : Verdict::Basis::Noted;
        verdict.basis = std::max(verdict.basis, basis);
        verdict.sha256.push_back(std::move(*sum));
    }
    return verdict;
}

Result<void> note(const Model& model, const Verdict& verdict, const std::filesystem::path& sumsFile)
{
    if (verdict.basis != Verdict::Basis::Structure) return {};
    std::vector<std::pair<File, std::string>> sums;
    for (std::size_t i = 0; i < model.files.size() && i < verdict.sha256.size(); ++i)
        if (model.files[i].sha256.empty()) sums.emplace_back(model.files[i], verdict.sha256[i]);
    return KnownSums::note(sumsFile, sums);
}

} // namespace corral::shelf
