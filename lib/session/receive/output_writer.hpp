// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "session/receive/store_outcome.hpp"
#include "session/receive/work_result.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// The output of a receiver, beside the ContentStore that fills it: passes on what is verified,
/// gives it its name, puts it away. All of that may wait for a disk or a reader and is for the
/// worker's thread; any thread may end the waiting. Owns the sink.
class OutputWriter {
  public:
    /// The sink, which is there until put_away().
    storage::Sink& adopt(std::unique_ptr<storage::Sink> sink);
    /// Released or Finished; an error of the sink.
    [[nodiscard]] Result<WorkResult> run(const OutputTask& task);
    /// Nothing more is written. Where what was received is left, if anything was.
    std::optional<std::string> put_away();

    /// Any thread: run() stops waiting for a reader, now and later, until renew().
    void interrupt();
    /// Any thread, once the output is put away: another one may be adopted.
    void renew();
    /// Any thread: what run() has yet to bring to the disk.
    [[nodiscard]] ByteCount left_to_sync();

  private:
    std::mutex mutex_;  ///< the worker's thread reads sink_ without it: nobody else changes it
    std::unique_ptr<storage::Sink> sink_;
    bool interrupted_ = false;
};

}  // namespace mcast::session
