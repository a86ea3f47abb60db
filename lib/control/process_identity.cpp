// SPDX-License-Identifier: MIT
#include "control/process_identity.hpp"

#include <charconv>

#include <unistd.h>

#include "control/files.hpp"

namespace mcast::control {
namespace {

constexpr std::size_t kMaxProcFile = 4096;
constexpr int kStateField = 3;
constexpr int kParentField = 4;
constexpr int kStartTimeField = 22;

std::string boot_id() {
    auto text = read_file("/proc/sys/kernel/random/boot_id", kMaxProcFile);
    if (!text) return {};
    while (!text->empty() && text->back() == '\n') text->pop_back();
    return *std::move(text);
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

std::optional<ProcStat> stat_of(std::int64_t pid) {
    const auto text = read_file("/proc/" + std::to_string(pid) + "/stat", kMaxProcFile);
    return text ? parse_proc_stat(*text) : std::nullopt;
}

}  // namespace

std::optional<ProcStat> parse_proc_stat(std::string_view text) {
    const std::size_t name_begin = text.find('(');
    const std::size_t name_end = text.rfind(") ");
    if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return std::nullopt;
    if (name_begin >= name_end) return std::nullopt;
    ProcStat stat;
    stat.name = text.substr(name_begin + 1, name_end - name_begin - 1);
    text.remove_prefix(name_end + 2);
    stat.state = text.front();
    for (int field = kStateField; field < kStartTimeField; ++field) {
        if (field == kParentField && !parse_number(text, stat.parent)) return std::nullopt;
        const std::size_t space = text.find(' ');
        if (space == std::string_view::npos) return std::nullopt;
        text.remove_prefix(space + 1);
    }
    if (!parse_number(text, stat.start_time)) return std::nullopt;
    return stat;
}

Result<ProcessIdentity> own_identity() {
    const auto pid = static_cast<std::int64_t>(::getpid());
    const auto stat = stat_of(pid);
    if (!stat)
        return fail(ErrorCode::unsupported, "cannot read /proc/self/stat: is /proc mounted?");
    return ProcessIdentity{pid, stat->start_time, boot_id()};
}

bool is_alive(const ProcessIdentity& process) {
    if (process.boot_id != boot_id()) return false;
    const auto stat = stat_of(process.pid);
    if (!stat || stat->start_time != process.start_time) return false;
    return stat->state != 'Z' && stat->state != 'X';
}

}  // namespace mcast::control
