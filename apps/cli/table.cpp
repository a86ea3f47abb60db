// SPDX-License-Identifier: MIT
#include "cli/table.hpp"

#include <algorithm>

#include "cli/text.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNoteIndent = 4;

}  // namespace

void Table::add(std::vector<std::string> cells, const std::string& note) {
    cells.resize(columns_.size());
    for (auto& cell : cells) cell = printable(cell);
    rows_.push_back({std::move(cells), printable(note)});
}

// Zero for a column that is left out.
std::vector<std::size_t> Table::widths(std::size_t width) const {
    std::vector<std::size_t> result(columns_.size(), 0);
    std::size_t total = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (const auto& row : rows_) result[i] = std::max(result[i], columns(row.cells[i]));
        if (result[i] == 0) continue;
        result[i] = std::max(result[i], columns_[i].header.size());
        total += result[i] + (total > 0 ? kGap : 0);
    }
    while (total > width) {
        std::size_t widest = columns_.size();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].narrowest == 0 || result[i] <= columns_[i].narrowest) continue;
            if (widest == columns_.size() || result[i] > result[widest]) widest = i;
        }
        if (widest == columns_.size()) break;
        --result[widest];
        --total;
    }
    return result;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
    std::string text;
    bool first = true;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths[i] == 0) continue;
        if (!first) text.append(kGap, ' ');
        first = false;
        auto cell = cut_middle(cells[i], widths[i]);
        const bool right = columns_[i].align == Column::Align::right;
        text +=
            right ? pad_left(std::move(cell), widths[i]) : pad_right(std::move(cell), widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

std::string Table::render(std::size_t width) const {
    const auto chosen = widths(width);
    std::vector<std::string> headers;
    for (const auto& column : columns_) headers.push_back(column.header);
    auto text = line(headers, chosen);
    for (const auto& row : rows_) {
        text += line(row.cells, chosen);
        if (row.note.empty()) continue;
        const auto room = width > kNoteIndent ? width - kNoteIndent : 1;
        text += std::string(kNoteIndent, ' ') + cut_end(row.note, room) + "\n";
    }
    return text;
}

}  // namespace mcast::cli
