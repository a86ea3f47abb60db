// SPDX-License-Identifier: MIT
#include "session/receive/output_writer.hpp"

#include <utility>

namespace mcast::session {

storage::Sink& OutputWriter::adopt(std::unique_ptr<storage::Sink> sink) {
    const std::scoped_lock lock(mutex_);
    sink_ = std::move(sink);
    if (interrupted_) sink_->interrupt();
    return *sink_;
}

Result<WorkResult> OutputWriter::run(const OutputTask& task) {
    if (const auto* release = std::get_if<Release>(&task)) {
        if (auto done = sink_->release(release->offset); !done)
            return std::unexpected(std::move(done.error()));
        return Released{release->offset};
    }
    auto path = sink_->finish();
    if (!path) return std::unexpected(std::move(path.error()));
    const auto& finish = std::get<Finish>(task);
    return Finished{std::move(*path), finish.root, finish.digest_text};
}

std::optional<std::string> OutputWriter::put_away() {
    std::unique_ptr<storage::Sink> sink;
    {
        const std::scoped_lock lock(mutex_);
        sink = std::move(sink_);
    }
    if (!sink) return {};
    auto part = sink->abandon();
    return part ? part : sink->take_back();
}

void OutputWriter::interrupt() {
    const std::scoped_lock lock(mutex_);
    interrupted_ = true;
    if (sink_) sink_->interrupt();
}

void OutputWriter::renew() {
    const std::scoped_lock lock(mutex_);
    interrupted_ = false;
}

ByteCount OutputWriter::left_to_sync() {
    const std::scoped_lock lock(mutex_);
    return sink_ ? sink_->left_to_sync() : 0;
}

bool OutputWriter::reader_at_work() {
    const std::scoped_lock lock(mutex_);
    return sink_ && sink_->reader_at_work();
}

}  // namespace mcast::session
