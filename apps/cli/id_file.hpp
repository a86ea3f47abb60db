// SPDX-License-Identifier: MIT
#pragma once

// The file of --id-file. It holds the id of the session, on a line, as soon as the session answers
// queries. A reader finds the whole line or no file. It stays when the session has ended.

#include <string>

#include "base/result.hpp"

namespace mcast::cli {

class IdFile {
  public:
    /// To be called before anything is started: removes an old id, so that nobody reads it, and
    /// checks that a new one can be written. Does nothing for an empty path. `exists` if something
    /// other than an id is there; errors of the file system otherwise.
    [[nodiscard]] static Result<IdFile> prepare(const std::string& path);

    IdFile(IdFile&& other) noexcept;
    IdFile(const IdFile&) = delete;
    IdFile& operator=(const IdFile&) = delete;
    ~IdFile();

    [[nodiscard]] bool wanted() const { return !path_.empty(); }
    /// Writes the id; to be called once, and only if wanted().
    [[nodiscard]] Result<void> publish(const std::string& session);

  private:
    IdFile() = default;

    std::string path_;
    std::string temporary_;  ///< empty: removed
    int descriptor_ = -1;
};

}  // namespace mcast::cli
