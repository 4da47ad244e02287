/* A window that a folder is dragged out of, as out of a file manager: drag-source ADDRESS X Y. It says "shown" once it is on the screen,
 * "taken" when the window below the pointer would take what is dragged, and ends after the drop. */
#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *what) {
  puts(what);
  fflush(stdout);
}

static void on_action(GdkDragContext *drag, GdkDragAction action, gpointer data) {
  if (action != 0) say("taken");
}

static void on_begin(GtkWidget *widget, GdkDragContext *drag, gpointer data) {
  g_signal_connect(drag, "action-changed", G_CALLBACK(on_action), NULL);
}

static void on_data(GtkWidget *widget, GdkDragContext *drag, GtkSelectionData *selection, guint info,
                    guint time, gpointer address) {
  gchar *addresses[] = {address, NULL};
  gtk_selection_data_set_uris(selection, addresses);
}

static gboolean on_shown(GtkWidget *widget, GdkEvent *event, gpointer data) {
  say("shown");
  return FALSE;
}

int main(int argc, char **argv) {
  gtk_init(&argc, &argv);
  if (argc != 4) return 64;
  /* Without the manager's border, at the very place, before all others. */
  GtkWidget *window = gtk_window_new(GTK_WINDOW_POPUP);
  GtkWidget *handle = gtk_event_box_new();
  gtk_container_add(GTK_CONTAINER(handle), gtk_label_new("a folder"));
  gtk_container_add(GTK_CONTAINER(window), handle);
  gtk_window_set_default_size(GTK_WINDOW(window), 120, 60);
  gtk_window_move(GTK_WINDOW(window), atoi(argv[2]), atoi(argv[3]));
  gtk_drag_source_set(handle, GDK_BUTTON1_MASK, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_source_add_uri_targets(handle);
  g_signal_connect(handle, "drag-begin", G_CALLBACK(on_begin), NULL);
  g_signal_connect(handle, "drag-data-get", G_CALLBACK(on_data), argv[1]);
  g_signal_connect(handle, "drag-end", G_CALLBACK(gtk_main_quit), NULL);
  g_signal_connect(window, "map-event", G_CALLBACK(on_shown), NULL);
  gtk_widget_show_all(window);
  gtk_main();
  return 0;
}
