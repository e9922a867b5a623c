#include "tests/stress/server_process.h"

#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace corral::test {

using namespace std::chrono_literals;

ServerProcess::ServerProcess(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), {CORRAL_PROGRAM, "server", "--port", "0"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string output = (m_dir / "output").string();
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    const int spawned = ::posix_spawn(&m_process, CORRAL_PROGRAM, &files, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (spawned != 0) m_process = -1;
    constexpr std::string_view kSaid = "server is listening on http://127.0.0.1:";
    for (const auto end = std::chrono::steady_clock::now() + 60s; m_process > 0 && m_port == 0 && std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(10ms)) {
        const std::string text = said();
        if (const auto at = text.find(kSaid); at != std::string::npos && text.find('\n', at) != std::string::npos)
            std::from_chars(text.data() + at + kSaid.size(), text.data() + text.size(), m_port);
        else if (::waitpid(m_process, nullptr, WNOHANG) != 0) m_process = -1;
    }
}

ServerProcess::~ServerProcess() { stop(); }

int ServerProcess::stop()
{
    if (m_process <= 0) return -1;
    ::kill(m_process, SIGINT);
    int status = 0;
    for (const auto end = std::chrono::steady_clock::now() + 20s; ::waitpid(m_process, &status, WNOHANG) == 0; std::this_thread::sleep_for(10ms))
        if (std::chrono::steady_clock::now() > end) ::kill(m_process, SIGKILL);
    m_process = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ServerProcess::said() const
{
    std::ifstream file(m_dir / "output");
    return {std::istreambuf_iterator<char>(file), {}};
}

// /proc/PID/statm: total, resident, of files, …
double ServerProcess::pages(int column) const
{
    std::ifstream file("/proc/" + std::to_string(m_process) + "/statm");
    double value = 0;
    for (int i = 0; i <= column; ++i) file >> value;
    return file ? value * static_cast<double>(::sysconf(_SC_PAGESIZE)) : 0;
}

double ServerProcess::residentBytes() const { return pages(1); }
double ServerProcess::ownBytes() const { return pages(1) - pages(2); }

} // namespace corral::test
