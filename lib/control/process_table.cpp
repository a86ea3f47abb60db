// SPDX-License-Identifier: MIT
#include "control/process_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "control/files.hpp"
#include "control/process_identity.hpp"
#include "control/runtime_directory.hpp"
#include "os/unique_dir.hpp"

namespace mcast::control {
namespace {

constexpr std::size_t kMaxStat = 64U << 10;
constexpr std::size_t kMaxWords = 4U << 20;  // the kernel allows a quarter of the stack

std::string link_target(const std::string& path) {
    std::array<char, 4096> target{};
    const auto length = ::readlink(path.c_str(), target.data(), target.size());
    return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : "";
}

std::optional<std::int64_t> pid_of(std::string_view text) {
    std::int64_t pid = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc{} || stop != text.data() + text.size()) return {};
    return pid;
}

/// Splits strings that each end with a zero byte, as in cmdline and environ.
std::vector<std::string> zero_ended(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find('\0'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::vector<std::string> read_words(const std::string& path) {
    const auto text = read_file(path, kMaxWords);
    return text ? zero_ended(*text) : std::vector<std::string>();
}

double seconds_since_boot() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// The name of the process's program, or the kernel's name if the process does not show us its
/// program.
std::string program_of(const std::string& proc, const std::string& otherwise) {
    const auto path = link_target(proc + "/exe");
    return path.empty() ? otherwise : path.substr(path.rfind('/') + 1);
}

bool belongs_to_us(const std::string& proc) {
    const auto text = read_file(proc + "/status", kMaxStat);
    if (!text) return false;
    constexpr std::string_view kLabel = "\nUid:\t";  // real, effective, ...
    const auto label = text->find(kLabel);
    if (label == std::string::npos) return false;
    const auto effective = text->find('\t', label + kLabel.size());
    if (effective == std::string::npos) return false;
    const auto end = text->find('\t', effective + 1);
    const auto uid = std::string_view(*text).substr(effective + 1, end - effective - 1);
    return pid_of(uid) == std::optional<std::int64_t>(::geteuid());
}

/// True if its environment, seen through its own root, makes the process register in our directory.
/// Facts that it hides from us count as equal.
bool registers_in(const std::string& proc, const std::string& directory) {
    const auto variables = read_words(proc + "/environ");
    if (variables.empty()) return true;
    const auto chosen = choose_directory([&](const char* name) {
        const auto wanted = std::string(name) + "=";
        for (const auto& variable : variables) {
            if (variable.starts_with(wanted)) return variable.substr(wanted.size());
        }
        return std::string();
    });
    struct stat ours{};
    struct stat its{};
    if (::stat(directory.c_str(), &ours) != 0) return false;
    const auto path = proc + (chosen.starts_with('/') ? "/root" : "/cwd/") + chosen;
    if (::stat(path.c_str(), &its) != 0) return errno == EACCES;
    return ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

}  // namespace

ProcessTable read_processes(const std::string& directory, Role role) {
    // Pids of another namespace would be mistaken for those in our records.
    if (link_target("/proc/self") != std::to_string(::getpid())) return {};
    const UniqueDir dir(::opendir("/proc"));
    if (!dir) return {};
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto now = seconds_since_boot();
    const auto namespace_of_pids = link_target("/proc/self/ns/pid");
    ProcessTable processes;
    while (const dirent* entry = ::readdir(dir.get())) {
        const auto pid = pid_of(entry->d_name);
        if (!pid) continue;
        const auto proc = "/proc/" + std::to_string(*pid);
        const auto text = read_file(proc + "/stat", kMaxStat);
        const auto stat = text ? parse_proc_stat(*text) : std::nullopt;
        if (!stat || stat->state == 'Z' || stat->state == 'X') continue;
        ProcessView view{.parent = stat->parent, .name = stat->name};
        view.age_s = now - static_cast<double>(stat->start_time) / ticks;
        if (program_of(proc, stat->name).starts_with(tool_of(role))) {
            view.words = read_words(proc + "/cmdline");
            const auto its_namespace = link_target(proc + "/ns/pid");
            view.transfers = is_transfer(view.words) &&
                             (its_namespace.empty() || its_namespace == namespace_of_pids) &&
                             belongs_to_us(proc) && registers_in(proc, directory);
        }
        processes.emplace(*pid, std::move(view));
    }
    return processes;
}

}  // namespace mcast::control
