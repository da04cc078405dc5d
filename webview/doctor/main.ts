import '../shared/theme.css';
import '../shared/page.css';
import './doctor.css';
import type { DoctorHostSide, DoctorViewMemory, DoctorViewSide } from '../../src/protocol/doctor-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { DoctorPage } from './doctor-page';

registerComponents();
const host = connectToHost<DoctorViewSide, DoctorHostSide, DoctorViewMemory>({});
const page = new DoctorPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
