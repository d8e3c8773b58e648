"""Room for a plan's name with that of a unit, and for duties whose items are named by whole sentences."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cascade", "0001_initial")]

    operations = [
        migrations.AlterField(model_name="cascade", name="name", field=models.CharField(max_length=500)),
        migrations.AlterField(model_name="cause", name="item", field=models.TextField()),
    ]
