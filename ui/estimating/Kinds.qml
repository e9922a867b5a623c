// What the kinds of memory look like and what they are.
pragma Singleton

import QtQuick
import org.kde.kirigami as Kirigami
import Corral.App

QtObject {
    // theme: the Kirigami.Theme of who asks.
    function colorOf(kind: int, theme: var): color {
        const mix = Kirigami.ColorUtils.linearInterpolation;
        switch (kind) {
        case EstimateBar.Weights: return theme.highlightColor;
        case EstimateBar.Cache:
        case EstimateBar.Optimizer:
        case EstimateBar.Overhead: return mix(theme.visitedLinkColor, theme.backgroundColor, 0.15);
        case EstimateBar.Compute:
        case EstimateBar.Gradients: return mix(theme.positiveTextColor, theme.backgroundColor, 0.15);
        case EstimateBar.Output:
        case EstimateBar.Activations: return mix(theme.neutralTextColor, theme.backgroundColor, 0.15);
        case EstimateBar.Adapters: return mix(theme.highlightColor, theme.positiveTextColor, 0.5);
        case EstimateBar.Logits: return mix(theme.neutralTextColor, theme.negativeTextColor, 0.5);
        case EstimateBar.Program: return mix(theme.backgroundColor, theme.textColor, 0.5);
        case EstimateBar.Reserve: return mix(theme.backgroundColor, theme.textColor, 0.12);
        default: return mix(theme.backgroundColor, theme.textColor, 0.25); // in use
        }
    }
    function explanation(kind: int): string {
        switch (kind) {
        case EstimateBar.Weights: return qsTr("The model itself: every tensor as it lies in the file.");
        case EstimateBar.Cache: return qsTr("What the model keeps of the conversation, so that nothing is computed twice. It grows with the context.");
        case EstimateBar.Compute: return qsTr("Room for intermediate results while a batch of tokens is computed.");
        case EstimateBar.Output: return qsTr("One number for each word piece of the vocabulary, from which the next one is drawn.");
        case EstimateBar.Program: return qsTr("The program, the tokenizer and the file's metadata.");
        case EstimateBar.Adapters: return qsTr("Small matrices that are trained in the model's place.");
        case EstimateBar.Gradients: return qsTr("How each trained weight should change.");
        case EstimateBar.Optimizer: return qsTr("What the optimizer remembers of each trained weight.");
        case EstimateBar.Activations: return qsTr("Intermediate results that the backward pass needs again.");
        case EstimateBar.Logits: return qsTr("The output for every position of every sequence, and its gradients.");
        case EstimateBar.Overhead: return qsTr("What serving needs beside the weights, as a rule of thumb.");
        default: return "";
        }
    }
}
