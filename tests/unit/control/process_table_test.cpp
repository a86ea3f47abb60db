// SPDX-License-Identifier: MIT
#include "control/process_table.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;

/// A folder that every user may look into.
class OpenFolder {
  public:
    OpenFolder() {
        std::string name = (fs::temp_directory_path() / "mcast-tool-XXXXXX").string();
        path = ::mkdtemp(name.data());
        fs::permissions(path, fs::perms(0755));
    }
    ~OpenFolder() { fs::remove_all(path); }
    OpenFolder(const OpenFolder&) = delete;
    OpenFolder& operator=(const OpenFolder&) = delete;

    fs::path path;
};

/// A process whose program is called mcsend, and which only sleeps.
class Tool {
  public:
    explicit Tool(const std::string& directory, uid_t user = ::geteuid()) {
        const std::string program = folder_.path / "mcsend";
        fs::copy_file("/bin/sleep", program);
        int running[2];
        REQUIRE(::pipe2(running, O_CLOEXEC) == 0);
        pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid == 0) {
            ::setenv("MCAST_RUNTIME_DIR", directory.c_str(), 1);
            if (user == ::geteuid() || ::setuid(user) == 0)
                ::execl(program.c_str(), "mcsend", "1000", nullptr);
            ::_exit(1);
        }
        ::close(running[1]);
        char end = 0;
        REQUIRE(::read(running[0], &end, 1) == 0);  // closed by the new program
        ::close(running[0]);
    }
    ~Tool() {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    pid_t pid = -1;

  private:
    OpenFolder folder_;
};

bool transfers(const Tool& tool, const std::string& directory, Role role = Role::sender) {
    return read_processes(directory, role).at(tool.pid).transfers;
}

}  // namespace

TEST_CASE("a tool that transfers and registers in our directory is seen as one", "[control]") {
    const RuntimeDirectory directory;
    const Tool tool(directory.path);
    CHECK(transfers(tool, directory.path));
    CHECK_FALSE(transfers(tool, directory.path, Role::receiver));
    const ProcessView seen = read_processes(directory.path, Role::sender).at(tool.pid);
    CHECK(seen.words == std::vector<std::string>{"mcsend", "1000"});
    CHECK(seen.parent == ::getpid());
}

TEST_CASE("a tool that registers elsewhere is not one of ours", "[control]") {
    const RuntimeDirectory directory;
    const OpenFolder other;
    CHECK_FALSE(transfers(Tool(other.path), directory.path));
    CHECK_FALSE(transfers(Tool(other.path / "nowhere"), directory.path));
}

TEST_CASE("a tool of another user is not one of ours", "[control]") {
    if (::geteuid() != 0) {
        WARN("skipped: needs root");
        return;
    }
    const OpenFolder directory;
    CHECK(transfers(Tool(directory.path), directory.path));
    CHECK_FALSE(transfers(Tool(directory.path, kNobody), directory.path));
}
