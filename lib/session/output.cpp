// SPDX-License-Identifier: MIT
#include "session/output.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "storage/file_sink.hpp"
#include "storage/pipe_sink.hpp"

namespace mcast::session {
namespace {

Result<std::unique_ptr<storage::Sink>> open_sink(const Output& output,
                                                 const protocol::ObjectParams& object,
                                                 const protocol::DigestParams& digest) {
    if (output.path == "-") {
        // A chunk leaves the window only as a whole: some of them have to fit.
        const ByteCount window =
            std::max(storage::PipeSink::kDefaultWindow, 4 * ByteCount{digest.chunk_size});
        return storage::PipeSink::create(STDOUT_FILENO, object.size, window);
    }
    // The file may be sparse, so its size says nothing about the space that it takes: a full disk
    // is noticed when it is full.
    return storage::FileSink::create(
        storage::real_file_system(),
        {output.path, output.offered, object.size, output.overwrite, std::nullopt, output.id});
}

}  // namespace

Result<std::unique_ptr<ContentStore>> open_output(const Output& output,
                                                  const protocol::ObjectParams& object,
                                                  const protocol::DigestParams& digest) {
    auto sink = open_sink(output, object, digest);
    if (!sink) return std::unexpected(std::move(sink.error()));
    return std::make_unique<ContentStore>(std::move(*sink), object, digest);
}

}  // namespace mcast::session
