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

/// Writes the trace of one core to a file. If that fails, the trace ends, not the session. One
/// thread.
class TraceFile final : public trace::Sink {
  public:
    /// Truncates the file. `vantage`: sender or receiver. Error: io.
    [[nodiscard]] static Result<std::unique_ptr<TraceFile>> open(const std::string& path,
                                                                 std::string_view vantage);
    ~TraceFile();
    TraceFile(const TraceFile&) = delete;
    TraceFile& operator=(const TraceFile&) = delete;

    /// `tell` gets the sentence that the trace is incomplete, at most once.
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

/// Opens the trace that the options ask for; null if `path` is empty.
[[nodiscard]] Result<std::unique_ptr<TraceFile>> open_trace(const std::string& path,
                                                            std::string_view vantage);

}  // namespace mcast::session
