// All jobs, in the order they run.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: list

    required property JobListModel jobs

    signal reportWanted(int jobId)

    objectName: "jobList"
    spacing: Kirigami.Units.smallSpacing

    Repeater {
        model: list.jobs
        delegate: JobCard {
            Layout.fillWidth: true
            jobs: list.jobs
            onReportWanted: list.reportWanted(jobId)
        }
    }
}
