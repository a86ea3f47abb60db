// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/trace.hpp"
#include "control/trace_json.hpp"
#include "os/unique_fd.hpp"

namespace mcast::session {

/// The trace of one core in a file. One thread. A file that takes no more ends the trace, not the
/// session.
class TraceFile final : public trace::Sink {
  public:
    /// Truncates the file. `vantage`: sender or receiver. Error: io.
    [[nodiscard]] static Result<std::unique_ptr<TraceFile>> open(const std::string& path,
                                                                 std::string_view vantage);
    ~TraceFile();
    TraceFile(const TraceFile&) = delete;
    TraceFile& operator=(const TraceFile&) = delete;

    /// Takes the sentence about a trace that is incomplete; at most once.
    void on_failure(std::function<void(const std::string&)> tell) { tell_ = std::move(tell); }
    void record(Time now, const trace::Event& event) override;

  private:
    TraceFile(std::string path, UniqueFd file, std::string_view vantage);
    void flush();

    std::string path_;
    UniqueFd file_;
    control::TraceJson json_;
    std::string buffer_;
    std::function<void(const std::string&)> tell_;
};

/// As the options have it: nothing when `path` is empty.
[[nodiscard]] Result<std::unique_ptr<TraceFile>> open_trace(const std::string& path,
                                                            std::string_view vantage);

}  // namespace mcast::session
