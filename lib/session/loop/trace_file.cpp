// SPDX-License-Identifier: MIT
#include "session/loop/trace_file.hpp"

#include <cerrno>
#include <utility>
#include <variant>

#include <fcntl.h>
#include <unistd.h>

namespace mcast::session {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::open(const std::string& path,
                                                   std::string_view vantage) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666));
    if (!file.valid()) return fail_errno("cannot write the trace to " + path);
    return std::unique_ptr<TraceFile>(new TraceFile(path, std::move(file), vantage));
}

TraceFile::TraceFile(std::string path, UniqueFd file, std::string_view vantage)
    : path_(std::move(path)), file_(std::move(file)), json_(vantage) {
    buffer_.reserve(kBuffer + 4096);
}

TraceFile::~TraceFile() {
    tell_ = nullptr;  // nobody is left to be told
    flush();
}

void TraceFile::record(Time now, const trace::Event& event) {
    if (!file_.valid()) return;
    json_.append(buffer_, now, event);
    // A new stage is written at once, so that an error of the last one can still be told.
    if (buffer_.size() >= kBuffer || std::holds_alternative<trace::StageReached>(event)) flush();
}

void TraceFile::flush() {
    for (std::size_t done = 0; file_.valid() && done < buffer_.size();) {
        const ssize_t count = ::write(file_.get(), buffer_.data() + done, buffer_.size() - done);
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (count == 0 || errno != EINTR) {
            const auto why = fail_errno("the trace ends here: cannot write to " + path_);
            file_ = UniqueFd();
            if (tell_) tell_(why.error().message);
        }
    }
    buffer_.clear();
}

Result<std::unique_ptr<TraceFile>> open_trace(const std::string& path, std::string_view vantage) {
    if (path.empty()) return nullptr;
    return TraceFile::open(path, vantage);
}

}  // namespace mcast::session
