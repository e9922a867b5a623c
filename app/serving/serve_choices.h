#pragma once
// What is chosen on the Server page: kept in the settings, told to the server, and written as the command that does the same without a window.
#include "app/server/server_options.h"
#include "app/starter/starter_manifest.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace corral::app {

struct ServeChoices {
    QString model;           // path; empty: none
    bool everywhere = false; // at all addresses of this machine; else only it can reach the server
    int port = 8080;
    int slotCount = 4;
    int context = 0;         // tokens of each slot; 0: the model's
    int threads = 0;         // 0: physical cores
    QString name;            // what the model is called in answers; empty: its file's name
    QString gpuLayers = QStringLiteral("auto"); // "auto", "all" or a number
    bool embeddings = false;
    bool metrics = false;
    QString pages;           // origins of web pages that may use it, separated by blanks or commas; "*": all

    static constexpr int kMostSlots = 64, kMostThreads = 256, kMostPort = 65'535;

    static ServeChoices fromJson(const QJsonObject& json); // what is out of range is brought into it
    QJsonObject toJson() const;

    QString host() const;
    QStringList origins() const;
    // As `corral server` reads them from the command line. The starter is at its best with its own sampling.
    server::ServerOptions options(const StarterManifest& starter, const QString& key) const;
    QString commandLine(const StarterManifest& starter, const QString& keyFile) const; // keyFile: empty if no key is asked for

    generate::SessionOptions sessionOfSlot() const;

private:
    int contextOfAll() const { return context * slotCount; }
};

} // namespace corral::app
